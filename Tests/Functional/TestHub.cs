using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using CollabHub.Tests.Specifications.Mongo;
using CollabHub.Tests.Specifications.Postgres;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace CollabHub.Tests.Functional;

/// <summary>
/// The real server on a real port of 127.0.0.1 with a data directory of its own, for as long as a test needs it.
/// On SQLite, or on Postgres when <c>COLLABHUB_TEST_STORE</c> is <c>postgres</c>; documents beside it, or in MongoDB when
/// <c>COLLABHUB_TEST_DOCUMENTS</c> is <c>mongo</c>.
/// Rate limits are raised out of the way and passwords are hashed with few rounds, unless a test sets them itself.
/// </summary>
public sealed class TestHub : IAsyncDisposable
{
    private const string Confirmation = "Confirm your e-mail address";

    private readonly Dictionary<string, string> _settings = new()
    {
        ["Limits:RestPerUserPerSecond"] = "100000",
        ["Limits:RestPerUserBurst"] = "100000",
        ["Limits:RestAnonymousPerSecond"] = "100000",
        ["Limits:RestAnonymousBurst"] = "100000",
        ["Limits:LoginsPerAddress"] = "100000",
        ["Limits:FailedLoginsPerAccount"] = "100000",
        ["Limits:RegistrationsPerAddress"] = "100000",
        ["Limits:AccountMailsPerAddress"] = "100000",
        ["Limits:GuestsPerAddress"] = "100000",
        ["Limits:RefreshesPerSignIn"] = "100000",
        ["Auth:PasswordIterations"] = "10000",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    private readonly Action<IServiceCollection>? _replace;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-test-");
    private WebApplicationFactory<Program> _factory;
    private int _port;

    private TestHub(Action<IServiceCollection>? replace, IEnumerable<(string Key, string Value)> settings)
    {
        _replace = replace;
        if (Environment.GetEnvironmentVariable("COLLABHUB_TEST_STORE") == "postgres") _settings["ConnectionStrings:Postgres"] = PostgresServer.Shared.NewDatabase();
        if (Environment.GetEnvironmentVariable("COLLABHUB_TEST_DOCUMENTS") == "mongo") _settings["ConnectionStrings:Mongo"] = MongoServer.Shared.NewDatabase();
        foreach (var (key, value) in settings) _settings[key] = value;
        _factory = Start();
    }

    /// <summary>Such as <c>http://127.0.0.1:40123/</c>; the same after <see cref="RestartAsync"/>.</summary>
    public Uri BaseAddress => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/"));

    /// <summary>The server's data directory.</summary>
    public string DataDirectory => Path.Combine(_directory.FullName, "data");

    /// <summary>The server's container; gone after a restart.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>What the server logged, all levels that are on, since the test began.</summary>
    public LogCapture Log { get; } = new();

    /// <summary>A client that is nobody.</summary>
    public HttpClient Anonymous => new() { BaseAddress = BaseAddress };

    /// <summary>Starts a server; settings such as <c>("Auth:AllowGuests", "false")</c> override the defaults of the tests.</summary>
    public static TestHub Start(params (string Key, string Value)[] settings) => new(null, settings);

    /// <summary>Starts a server with some of its services replaced, such as the clock.</summary>
    public static TestHub Start(Action<IServiceCollection> replace, params (string Key, string Value)[] settings) => new(replace, settings);

    /// <summary>Registers <c>{name}@example.org</c> and answers the signed-in user.</summary>
    public Task<TestUser> RegisterAsync(string name) => SignInAsync(
        "api/auth/register", new { email = $"{name}@example.org", username = name, password = TestUser.Password });

    /// <summary>Creates a guest.</summary>
    public Task<TestUser> GuestAsync(string? displayName = null) => SignInAsync("api/auth/guest", new { displayName });

    /// <summary>Signs in again, as from another device.</summary>
    public Task<TestUser> LoginAsync(string login, string? deviceInfo = null) =>
        SignInAsync("api/auth/login", new { login, password = TestUser.Password, deviceInfo });

    /// <summary>Stops the server gracefully and starts another process' worth of it on the same directory and port.</summary>
    public async Task RestartAsync(params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings) _settings[key] = value;
        await StopAsync();
        _factory = Start();
    }

    private async Task StopAsync()
    {
        await _factory.DisposeAsync();
        // The entry point gives its container back on a thread of its own, a moment after the factory is done.
        await Eventually.TrueAsync(() => IsFree(Path.Combine(DataDirectory, "lock")));
    }

    private bool TryDelete()
    {
        try
        {
            _directory.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(string file)
    {
        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The mails that were delivered to the pickup directory, oldest first; without those that greet every new account.</summary>
    public IReadOnlyList<MimeMessage> Mails() => [.. AllMails().Where(mail => mail.Subject != Confirmation)];

    /// <summary>The latest mail to an address, waiting for its delivery.</summary>
    public Task<MimeMessage> MailToAsync(string address) => MailAsync(Mails, address, "");

    /// <summary>The latest mail to an address whose subject holds some words, waiting for its delivery.</summary>
    public Task<MimeMessage> MailToAsync(string address, string about) => MailAsync(AllMails, address, about);

    /// <summary>Every mail that was delivered to the pickup directory, oldest first.</summary>
    public IReadOnlyList<MimeMessage> AllMails()
    {
        var folder = new DirectoryInfo(Path.Combine(DataDirectory, "mail"));
        return folder.Exists ? [.. folder.GetFiles("*.eml").OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => MimeMessage.Load(file.FullName))] : [];
    }

    private static async Task<MimeMessage> MailAsync(Func<IReadOnlyList<MimeMessage>> mails, string address, string about)
    {
        MimeMessage? found = null;
        await Eventually.TrueAsync(() =>
        {
            found = mails().LastOrDefault(
                mail => mail.To.Mailboxes.Any(to => to.Address == address) && mail.Subject!.Contains(about, StringComparison.OrdinalIgnoreCase));
            return found is not null;
        });
        return found!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        // Connections that tests left open end in their own time, and a last file may come while the directory goes.
        await Eventually.TrueAsync(TryDelete);
    }

    private async Task<TestUser> SignInAsync(string path, object body)
    {
        using var anonymous = Anonymous;
        using var response = await anonymous.PostAsJsonAsync(path, body);
        var signedIn = await response.OkAsync(path.EndsWith("login", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.Created);
        return TestUser.From(signedIn, BaseAddress);
    }

    private WebApplicationFactory<Program> Start()
    {
        var factory = new Factory(this);
        factory.UseKestrel();
        factory.StartServer();
        var addresses = factory.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _port = new Uri(addresses.First()).Port;
        return factory;
    }

    private sealed class Factory(TestHub hub) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(AppContext.BaseDirectory);
            builder.UseEnvironment("Production");
            // Not by the factory's own port: it sets that beside the entry point, which on a busy machine has started the server by then.
            builder.UseUrls(hub.BaseAddress.ToString());
            builder.UseSetting("Data:Directory", hub.DataDirectory);
            foreach (var (key, value) in hub._settings) builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(hub.Log));
            if (hub._replace is not null) builder.ConfigureServices(hub._replace);
        }
    }
}
