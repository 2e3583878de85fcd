using CollabHub.Hubs.Options;
using Microsoft.Extensions.Configuration;

namespace CollabHub.Tests.Unit.Options;

public class SettingsTests
{
    [Fact]
    public void Nothing_set_means_the_defaults()
    {
        var settings = Read([]);
        Assert.Equal("./data", settings.Data.Directory);
        Assert.True(settings.Auth.AllowGuests);
        Assert.Equal(10, settings.Auth.AccessTokenMinutes);
        Assert.Equal(30, settings.Auth.RefreshTokenDays);
        Assert.Null(settings.Auth.RequireVerifiedEmail);
    }

    [Fact]
    public void The_delivered_appsettings_hold_every_option_with_its_default()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();
        Assert.Equivalent(Read([]), Settings.Read(file), strict: true);
        foreach (var part in typeof(Settings).GetProperties().Where(part => part.PropertyType.IsClass))
        {
            AssertListed(part.PropertyType, file.GetSection(part.Name));
        }
    }

    [Fact]
    public void Every_wrong_key_is_named_in_one_message()
    {
        var refused = Assert.Throws<StartRefusedException>(() => Read(new()
        {
            ["Auth:SigningKey"] = "not base64!",
            ["Auth:AccessTokenMinutes"] = "soon",
            ["Auth:AllowGuests"] = "perhaps",
            ["Auth:Colour"] = "red",
            ["Auth:Providers:corp:ClientId"] = "x",
            ["Auth:Providers:google:ClientId"] = "x",
            ["Proxies:Trusted"] = "10.0.0.0/8, somewhere",
            ["Limits:RestPerUserBurst"] = "0",
            ["Limits:NoSuchLimit"] = "1",
            ["Email:BaseUrl"] = "ftp://example.org",
            ["Email:Smtp:Hots"] = "mail.example.org",
            ["Email:Smtp:Security"] = "maybe",
            ["Ops:Admins:0"] = "nobody",
            ["ConnectionStrings:Postgres"] = "Hots=db;Password=secret",
            ["ConnectionStrings:Redis"] = "noSuchOption=1",
            ["ConnectionStrings:Mongo"] = "mongo://db:secret",
            ["Deploy:DockerEndpoint"] = "not a url",
            ["Deploy:HostFirewall"] = "perhaps",
            ["Deploy:PublicUrlTemplate"] = "http://apps.example.org/{deploymentId}",
            ["Deploy:NetworkPool"] = "10.0.0.0/8",
            ["Deploy:MaxRestarts"] = "4",
            ["Deploy:Runtimes:python:Image"] = "two words",
            ["Deploy:Runtimes:ruby:Image"] = "ruby:3.4",
            ["Deploy:Runtimes:node:Port"] = "22",
            ["Deploy:Runtimes:node:Colour"] = "red",
            ["Deploy:Runtimes:static:Build"] = "make 'it",
            ["Node:Name"] = "a\nb",
        }));
        string[] keys =
        [
            "Auth:SigningKey", "Auth:AccessTokenMinutes", "Auth:AllowGuests", "Auth:Colour", "Auth:Providers:corp:Issuer", "Auth:Providers:google:ClientSecret", "Proxies:Trusted:1", "Limits:RestPerUserBurst",
            "Limits:NoSuchLimit", "Email:BaseUrl", "Email:Smtp:Hots", "Email:Smtp:Security", "Ops:Admins:0", "ConnectionStrings:Postgres", "ConnectionStrings:Redis",
            "ConnectionStrings:Mongo", "Deploy:DockerEndpoint", "Deploy:HostFirewall", "Deploy:PublicUrlTemplate", "Deploy:NetworkPool", "Deploy:MaxRestarts",
            "Deploy:Runtimes:python:Image", "Deploy:Runtimes:ruby:Start", "Deploy:Runtimes:node:Port", "Deploy:Runtimes:node:Colour", "Deploy:Runtimes:static:Build", "Node:Name",
        ];
        Assert.All(keys, key => Assert.Contains(key, refused.Message, StringComparison.Ordinal));
        Assert.Equal(keys.Length, refused.Message.Split("\n  - ").Length - 1);
        Assert.DoesNotContain("not base64!", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("====")]
    public void A_signing_key_under_32_bytes_is_refused(string key) =>
        Assert.Contains("Auth:SigningKey", Assert.Throws<StartRefusedException>(() => Read(new() { ["Auth:SigningKey"] = key })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_on_a_whole_section_is_some_other_programs_variable() => Assert.NotNull(Read(new() { ["Email"] = "me@example.org", ["Node"] = "x" }));

    [Theory]
    [InlineData("https://editor.example.org/path")]
    [InlineData("editor.example.org")]
    [InlineData("*")]
    [InlineData("null")]
    public void What_is_no_origin_is_refused(string origin) => Assert.Contains(
        "Origins:Allowed:0", Assert.Throws<StartRefusedException>(() => Read(new() { ["Origins:Allowed:0"] = origin })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_list_may_be_given_in_one_variable() =>
        Assert.Equal(["a@example.org", "b@example.org"], Read(new() { ["Ops:Admins"] = "a@example.org, b@example.org" }).Ops.Admins);

    private static Settings Read(Dictionary<string, string?> values) => Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());

    private static void AssertListed(Type options, IConfigurationSection section)
    {
        foreach (var property in options.GetProperties())
        {
            if (property.PropertyType.Namespace == options.Namespace) AssertListed(property.PropertyType, section.GetSection(property.Name));
            else Assert.True(section.GetChildren().Any(child => child.Key == property.Name), $"{section.Path}:{property.Name} is not in appsettings.json");
        }
    }
}
