using CollabHub.Persistence.Mongo;
using CollabHub.Persistence.Redis;
using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Hubs.Telemetry;
using MimeKit;

namespace CollabHub.Hubs.Options;

/// <summary>The rules that a type and a bound cannot say.</summary>
internal static partial class SettingsRules
{
    private const int SigningKeyBytes = 32;
    private const int NodeNameLength = 100;
    private const int VariedBytes = 8;
    private static readonly string[] SampleWords = ["sample", "example", "change", "secret", "collabhub", "password", "signing", "test", "default", "12345678"];

    public static void Check(Settings settings, SettingsReader found, bool isProduction)
    {
        if (settings.ConnectionStrings.Postgres is { } postgres && PostgresDatabase.ProblemOf(postgres) is { } problem)
        {
            found.Refuse("ConnectionStrings:Postgres", problem);
        }
        if (settings.ConnectionStrings.Redis is { } redis) CheckCluster(settings, redis, found);
        if (settings.ConnectionStrings.Mongo is { } mongo && MongoAddress.ProblemOf(mongo) is { } unreadable) found.Refuse("ConnectionStrings:Mongo", unreadable);
        CheckAuth(settings.Auth, found, isProduction);
        CheckProviders(settings.Auth.Providers, found);
        CheckEmail(settings.Email, found);
        DeployRules.Check(settings.Deploy, found);
        for (var i = 0; i < settings.Proxies.Trusted.Length; i++)
        {
            if (!System.Net.IPNetwork.TryParse(Network(settings.Proxies.Trusted[i]), out _)) found.Refuse($"Proxies:Trusted:{i}", "must be an address or a network such as 10.0.0.0/8");
        }
        TelemetryOptions.Check(settings.Telemetry, found);
        for (var i = 0; i < settings.Ops.Admins.Length; i++)
        {
            if (!IsAddress(settings.Ops.Admins[i])) found.Refuse($"Ops:Admins:{i}", "must be an e-mail address");
        }
        if (settings.Ops.AuditHeadsFile is { } heads && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(heads))))
        {
            found.Refuse("Ops:AuditHeadsFile", "must be a file in a directory that exists");
        }
        if (settings.Limits.SessionEndMinutes <= settings.Limits.SessionIdleMinutes)
        {
            found.Refuse("Limits:SessionEndMinutes", "must be more than Limits:SessionIdleMinutes");
        }
        for (var i = 0; i < settings.Origins.Allowed.Length; i++)
        {
            var origin = settings.Origins.Allowed[i];
            if (Http.Origins.Of(origin) != origin) found.Refuse($"Origins:Allowed:{i}", "must be an origin as browsers write it, such as https://editor.example.org");
        }
        if (settings.Node.Name is { } name && (name.Length > NodeNameLength || name.Any(char.IsControl)))
        {
            found.Refuse("Node:Name", $"must be 1 to {NodeNameLength} printable characters");
        }
    }

    /// <summary>Nodes share their tables and their keys; Redis alone only lets them talk.</summary>
    private static void CheckCluster(Settings settings, string redis, SettingsReader found)
    {
        if (RedisConnection.ProblemOf(redis) is { } problem) found.Refuse("ConnectionStrings:Redis", problem);
        if (settings.ConnectionStrings.Postgres is null) found.Refuse("ConnectionStrings:Postgres", "is needed where ConnectionStrings:Redis is set: nodes share their tables");
        if (settings.Auth.SigningKey is null) found.Refuse("Auth:SigningKey", "is needed where ConnectionStrings:Redis is set: nodes accept each other's tokens");
    }

    private static void CheckAuth(AuthOptions auth, SettingsReader found, bool isProduction)
    {
        if (auth.SigningKey is { } key) CheckKey(key, "Auth:SigningKey", found, isProduction);
        for (var i = 0; i < auth.PreviousSigningKeys.Length; i++) CheckKey(auth.PreviousSigningKeys[i], $"Auth:PreviousSigningKeys:{i}", found, isProduction);
        if (auth.RefreshTokenIdleDays > auth.RefreshTokenDays)
        {
            found.Refuse("Auth:RefreshTokenIdleDays", "must not be more than Auth:RefreshTokenDays");
        }
    }

    /// <summary>A trusted proxy as a network: an address alone is the network of itself.</summary>
    internal static string Network(string text) =>
        System.Net.IPAddress.TryParse(text, out var address) ? $"{address}/{address.GetAddressBytes().Length * 8}" : text;

    private static void CheckKey(string key, string setting, SettingsReader found, bool isProduction)
    {
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var length)) found.Refuse(setting, "is not base64");
        else if (length < SigningKeyBytes) found.Refuse(setting, $"must be at least {SigningKeyBytes} bytes, base64-encoded");
        else if (isProduction && IsSample(bytes[..length])) found.Refuse(setting, "looks like a sample, not like a random key; make one with `openssl rand -base64 48`");
    }

    /// <summary>Text with a word that samples have, or bytes that hardly vary.</summary>
    private static bool IsSample(byte[] key)
    {
        if (key.Distinct().Count() < VariedBytes) return true;
        var text = System.Text.Encoding.Latin1.GetString(key);
        return text.All(char.IsAscii) && Array.Exists(SampleWords, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static void CheckProviders(Dictionary<string, ProviderOptions> providers, SettingsReader found)
    {
        foreach (var (name, provider) in providers)
        {
            var key = $"Auth:Providers:{name}";
            if (!ProviderName().IsMatch(name)) found.Refuse(key, "must be named with 1 to 40 letters, digits and dashes");
            if (provider.ClientId is null) found.Refuse($"{key}:ClientId", "is missing");
            if (provider.ClientSecret is null && name is ProviderOptions.GitHub or ProviderOptions.Google) found.Refuse($"{key}:ClientSecret", "is missing");
            if (provider.IssuerOf(name) is not { } issuer) found.Refuse($"{key}:Issuer", provider.Issuer is null ? "is missing" : "must be an absolute URL");
            else if (!(issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback))) found.Refuse($"{key}:Issuer", "must be an https URL");
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial System.Text.RegularExpressions.Regex ProviderName();

    private static void CheckEmail(EmailOptions email, SettingsReader found)
    {
        if (!Uri.TryCreate(email.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            found.Refuse("Email:BaseUrl", "must be an absolute http or https URL without query and fragment");
        }
        if (!IsAddress(email.From)) found.Refuse("Email:From", "must be an e-mail address, with or without a name");
        if (email.Smtp.Security is not ("auto" or "none" or "startTls" or "tls"))
        {
            found.Refuse("Email:Smtp:Security", "must be auto, none, startTls or tls");
        }
        if (email.Smtp.UserName is not null && email.Smtp.Password is null) found.Refuse("Email:Smtp:Password", "is missing though Email:Smtp:UserName is set");
    }

    private static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var address) && address.Address.Contains('@', StringComparison.Ordinal);
}
