using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace CollabHub.Tests.Specifications.Redis;

/// <summary>
/// A private Redis on a free port of 127.0.0.1 that keeps nothing. It ends with its owner, however that ends: the shell that watches over
/// it reads from this process.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    // $1: port, $2: a file that holds its process id. It is started again whenever it ends, unless a file "down" is there.
    private const string Watch = """
        ( while true; do
            redis-server --port "$1" --bind 127.0.0.1 --save "" --appendonly no --dir "$2" --pidfile "$2/pid" --daemonize no > "$2/log" 2>&1
            sleep 0.05; while [ -e "$2/down" ]; do sleep 0.05; done
          done ) &
        loop=$!
        cat > /dev/null
        kill "$loop"
        kill "$(cat "$2/pid")"
        rm -rf "$2"
        """;

    private static readonly Lazy<RedisServer> TheOne = new(() => new RedisServer());

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("collabhub-redis-");
    private readonly Process _watch;

    public RedisServer()
    {
        Port = Ports.Free();
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in new[] { "-c", Watch, "watch", Port.ToString(CultureInfo.InvariantCulture), _directory.FullName }) start.ArgumentList.Add(argument);
        _watch = Process.Start(start)!;
        AwaitAnswer();
    }

    /// <summary>The server of this test run; started at the first use. For tests that neither stop nor empty it.</summary>
    public static RedisServer Shared => TheOne.Value;

    public int Port { get; }

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Runs a command, such as <c>FLUSHALL</c>, and answers its reply.</summary>
    public string Command(params string[] command)
    {
        using var client = new TcpClient("127.0.0.1", Port);
        using var stream = client.GetStream();
        stream.ReadTimeout = 60_000;
        var request = $"*{command.Length}\r\n" + string.Concat(command.Select(part => $"${part.Length}\r\n{part}\r\n"));
        stream.Write(System.Text.Encoding.ASCII.GetBytes(request));
        var buffer = new byte[4096];
        return System.Text.Encoding.ASCII.GetString(buffer, 0, stream.Read(buffer));
    }

    /// <summary>Ends it at once; it stays down until <see cref="StartAgain"/>.</summary>
    public void Kill()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "down"), "");
        using var server = Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(_directory.FullName, "pid")), CultureInfo.InvariantCulture));
        server.Kill();
        server.WaitForExit();
    }

    /// <summary>Brings it back, empty.</summary>
    public void StartAgain()
    {
        File.Delete(Path.Combine(_directory.FullName, "down"));
        AwaitAnswer();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync();
        _watch.Dispose();
    }

    private void AwaitAnswer()
    {
        if (SpinWait.SpinUntil(Answers, TimeSpan.FromSeconds(90))) return;
        throw new InvalidOperationException("Redis did not start (apt-get install redis-server): " + File.ReadAllText(Path.Combine(_directory.FullName, "log")));
    }

    private bool Answers()
    {
        try
        {
            return Command("PING").Contains("PONG", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
