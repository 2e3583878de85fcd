using System.Diagnostics;
using System.Globalization;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>A program that ends with its owner, however that ends: the shell that watches over it reads from this process.</summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    // $1: signal at the end, $2: log, $3: where its process id is written; then the program.
    private const string Watch = """
        sig=$1; log=$2; id=$3; shift 3
        exec 3<&0
        "$@" < /dev/null 3<&- >> "$log" 2>&1 &
        child=$!
        echo $child > "$id.new" && mv "$id.new" "$id"
        ( cat <&3 > /dev/null; kill -s "$sig" "$child" ) 2> /dev/null &
        guard=$!
        exec 3<&-
        wait "$child"; code=$?
        kill "$guard" 2> /dev/null
        exit "$code"
        """;

    private readonly Process _shell;

    private GuardedProcess(Process shell, int id) => (_shell, Id) = (shell, id);

    /// <summary>The program's own process id.</summary>
    public int Id { get; }

    public bool HasExited => _shell.HasExited;

    /// <summary>Starts it; its output goes to the end of a file.</summary>
    public static GuardedProcess Start(string log, string endSignal, params string[] command)
    {
        var idFile = $"{log}.pid";
        File.Delete(idFile);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        foreach (var argument in new[] { "-c", Watch, "watch", endSignal, log, idFile }.Concat(command)) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_gcServer"] = "0";
        var shell = Process.Start(start) ?? throw new InvalidOperationException("There is no shell.");
        if (!SpinWait.SpinUntil(() => File.Exists(idFile), Eventually.Patience)) throw new InvalidOperationException($"{command[0]} did not start.");
        return new GuardedProcess(shell, int.Parse(File.ReadAllText(idFile), CultureInfo.InvariantCulture));
    }

    /// <summary>Sends a signal such as <c>KILL</c> to the program.</summary>
    public void Signal(string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Its exit code; 128 and the number of a signal that ended it.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        await _shell.WaitForExitAsync(timeout.Token);
        return _shell.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
