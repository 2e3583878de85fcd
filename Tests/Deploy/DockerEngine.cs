using System.Diagnostics;
using System.Globalization;
using CollabHub.Tests.Specifications.Postgres;
using Docker.DotNet;

namespace CollabHub.Tests.Deploy;

/// <summary>
/// A private container engine on a socket in a directory of its own, with two small images made from this machine's files. It ends with its
/// owner, however that ends: the shell that watches over it reads from this process.
/// </summary>
public sealed class DockerEngine : IAsyncLifetime
{
    /// <summary>An image with the Python interpreter.</summary>
    public const string Python = "collabhub-test/python:local";

    /// <summary>An image with Node.</summary>
    public const string Node = "collabhub-test/node:local";

    // $1: working directory. The engine is started again when it ends, unless a file "down" is there. Before it ends for good it takes down
    // what it has made: networks would stay behind on the machine. Whoever holds the lock in a directory lives; what the others could not
    // take down, because they were killed, the next one does.
    private const string Watch = """
        clean() {
          rm -f "$1/down" "$1/lock"
          export DOCKER_HOST="unix://$1/docker.sock"
          docker ps -aq | xargs -r docker rm -f
          docker network ls -q --filter label=collabhub.installation | xargs -r docker network rm
          kill "$(cat "$1/docker.pid")"
          while [ -e "$1/docker.pid" ] && kill -0 "$(cat "$1/docker.pid")"; do sleep 0.05; done
          grep -aoE 'chd[0-9a-f]{12}' "$1/data/network/files/local-kv.db" | sort -u | xargs -r -n 1 ip link delete
          grep " $1/" /proc/mounts | cut -d' ' -f2 | sort -r | xargs -r umount
          rm -rf "$1"
        }
        for left in "${1%/*}"/collabhub-docker-*; do
          if [ "$left" != "$1" ] && [ -e "$left/lock" ] && flock -n "$left/lock" true; then clean "$left" > /dev/null 2>&1; fi
        done
        exec 9> "$1/lock"
        flock 9
        ( while [ -e "$1/lock" ]; do
            while [ -e "$1/down" ]; do sleep 0.05; done
            dockerd --exec-opt native.cgroupdriver=cgroupfs --storage-driver=vfs --bridge=none --default-address-pool base=10.213.0.0/16,size=24 -H "unix://$1/docker.sock" --data-root "$1/data" --exec-root "$1/exec" --pidfile "$1/docker.pid" >> "$1/log" 2>&1
            sleep 0.05
          done ) 9>&- &
        loop=$!
        cat > /dev/null
        kill "$loop"
        clean "$1" > /dev/null 2>&1
        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-docker-");
    private Process? _watch;

    private static readonly string[] Programs = ["dockerd", "docker", "iptables"];

    /// <summary>Why no engine can be started here; null when one can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Such as <c>unix:///tmp/…/docker.sock</c>.</summary>
    public string Endpoint => $"unix://{Path.Combine(_directory.FullName, "docker.sock")}";

    /// <summary>A client of the engine.</summary>
    public DockerClient Client { get; private set; } = null!;

    private int Pid => int.Parse(File.ReadAllText(Path.Combine(_directory.FullName, "docker.pid")), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        // A signal to the group of the tests must not end what cleans up after them.
        _watch = PostgresPrograms.StartAsSelf("setsid", "/bin/sh", "-c", Watch, "watch", _directory.FullName);
        using (var configuration = new DockerClientConfiguration(new Uri(Endpoint))) Client = configuration.CreateClient();
        await AwaitAnswerAsync();
        var script = Path.Combine(Repository.Root, "Tests", "Deploy", "make-images.sh");
        using var images = PostgresPrograms.StartAsSelf("/bin/bash", script, Path.Combine(_directory.FullName, "images"), Path.Combine(_directory.FullName, "docker.sock"));
        var (output, error) = (images.StandardOutput.ReadToEndAsync(), images.StandardError.ReadToEndAsync());
        await images.WaitForExitAsync();
        if (images.ExitCode != 0) throw new InvalidOperationException($"No images: {await error}{await output}");
    }

    /// <summary>Ends the engine as <c>kill -9</c> does; it stays down until <see cref="StartAgainAsync"/>.</summary>
    public void Kill()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "down"), "");
        using var engine = Process.GetProcessById(Pid);
        engine.Kill();
        engine.WaitForExit();
    }

    /// <summary>Brings the engine back.</summary>
    public async Task StartAgainAsync()
    {
        File.Delete(Path.Combine(_directory.FullName, "down"));
        await AwaitAnswerAsync();
    }

    /// <summary>Freezes the engine, or lets it go on: it takes connections and answers nothing.</summary>
    public async Task FreezeAsync(bool frozen)
    {
        using var kill = Process.Start("kill", [frozen ? "-STOP" : "-CONT", Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (!frozen) await AwaitAnswerAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_watch is null) return;
        Client.Dispose();
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
    }

    private async Task AwaitAnswerAsync()
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await AnswersAsync())
        {
            if (Stopwatch.GetElapsedTime(since) > StartLimit) throw new InvalidOperationException("The engine did not start: " + await File.ReadAllTextAsync(Path.Combine(_directory.FullName, "log")));
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await Client.System.PingAsync(limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static string? FindMissing()
    {
        if (Environment.UserName != "root") return "A private container engine needs root.";
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var absent = Programs.Where(program => !directories.Any(directory => File.Exists(Path.Combine(directory, program)))).ToList();
        return absent.Count == 0 ? null : $"These tests need {string.Join(", ", absent)}: apt-get install docker.io iptables.";
    }
}

/// <summary>A test on a real engine; skipped, with the reason, where none can be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() => Skip = DockerEngine.Missing;
}

/// <summary>The same for a test with several inputs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DockerTheoryAttribute : TheoryAttribute
{
    public DockerTheoryAttribute() => Skip = DockerEngine.Missing;
}

/// <summary>One engine for all tests that need one, one after the other.</summary>
[CollectionDefinition(nameof(DockerTests))]
public sealed class DockerTests : ICollectionFixture<DockerEngine>;

/// <summary>Those that measure against time, when nothing else runs, with an engine of their own.</summary>
[CollectionDefinition(nameof(TimedDocker), DisableParallelization = true)]
public sealed class TimedDocker : ICollectionFixture<DockerEngine>;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CollabHub.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
