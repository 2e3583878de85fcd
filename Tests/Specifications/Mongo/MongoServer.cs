using System.Diagnostics;
using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;

namespace CollabHub.Tests.Specifications.Mongo;

/// <summary>
/// What the tests of MongoDB talk to: the server that <c>COLLABHUB_TEST_MONGO</c> names, or an emulator of its wire protocol, which runs the real
/// driver over real sockets and knows fail points. The emulator ends with its owner, however that ends.
/// </summary>
public sealed class MongoServer : IDisposable
{
    private const string Variable = "COLLABHUB_TEST_MONGO";
    private static readonly Lazy<MongoServer> TheOne = new(() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? new MongoServer(url) : StartEmulator());
    private static int _databases;

    private readonly Process? _emulator;
    private readonly MongoUrl _url;
    private bool _isEnded;

    private MongoServer(string url, Process? emulator = null) => (_url, _emulator) = (MongoUrl.Create(url), emulator);

    /// <summary>The server of this test run; started at the first use.</summary>
    public static MongoServer Shared => TheOne.Value;

    /// <summary>For the output of tests: what they ran against.</summary>
    public string Description => _emulator is null ? $"a real MongoDB server ({Variable})" : "an emulator of MongoDB's wire protocol";

    /// <summary>The emulator's port.</summary>
    public int Port => _url.Server.Port;

    /// <summary>An emulator of its own, empty; on a free port, or on this one.</summary>
    public static MongoServer StartEmulator(int port = 0, bool replicaSet = false)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "mongo_wire.py"));
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        if (replicaSet)
        {
            start.ArgumentList.Add("--replset");
            start.ArgumentList.Add("rs0");
        }
        var emulator = Process.Start(start)!;
        emulator.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data); // a defect of the emulator is seen in the output
        var line = emulator.StandardOutput.ReadLine();
        if (line is null) throw new InvalidOperationException("The emulator needs python3-mongomock and python3-bson: " + emulator.StandardError.ReadToEnd());
        emulator.BeginErrorReadLine();
        return new MongoServer($"mongodb://127.0.0.1:{line.Split(' ')[^1]}/{(replicaSet ? "?replicaSet=rs0" : "")}", emulator);
    }

    /// <summary>The address of a new, empty database.</summary>
    public string NewDatabase() => new MongoUrlBuilder(_url.Url)
    {
        DatabaseName = string.Create(CultureInfo.InvariantCulture, $"collabhub_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}"),
    }.ToString();

    /// <summary>Makes the next commands of these names fail; without <paramref name="times"/> until <see cref="HealAsync"/>.</summary>
    /// <param name="how">As MongoDB's <c>failCommand</c> takes it, and <c>applyThenClose</c>: the write takes hold, its answer is lost.</param>
    /// <param name="times">How many.</param>
    /// <param name="commands">Such as <c>update</c>.</param>
    public Task FailAsync(BsonDocument how, int? times, params string[] commands) => ConfigureAsync(
        times is { } n ? new BsonDocument("times", n) : "alwaysOn", new BsonDocument(how) { ["failCommands"] = new BsonArray(commands) });

    /// <summary>No command fails any more.</summary>
    public Task HealAsync() => ConfigureAsync("off", []);

    /// <summary>The documents of a database, as they are stored.</summary>
    public static async Task<IReadOnlyList<BsonDocument>> StoredAsync(string database)
    {
        using var client = new MongoClient(database);
        var documents = client.GetDatabase(MongoUrl.Create(database).DatabaseName).GetCollection<BsonDocument>("mongo_workspaces");
        return await documents.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_emulator is null || _isEnded) return;
        _isEnded = true;
        _emulator.Kill();
        _emulator.WaitForExit();
        _emulator.Dispose();
    }

    private async Task ConfigureAsync(BsonValue mode, BsonDocument data)
    {
        using var client = new MongoClient(_url);
        var command = new BsonDocument { { "configureFailPoint", "failCommand" }, { "mode", mode }, { "data", data } };
        await client.GetDatabase("admin").RunCommandAsync<BsonDocument>(command);
    }
}
