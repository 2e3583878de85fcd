using System.Diagnostics;

namespace CollabHub.Tests.Specifications.Postgres;

/// <summary>The programs of a Postgres installation; they refuse to run as root, so root runs them as the account that Debian made for them.</summary>
internal static class PostgresPrograms
{
    private const string Debian = "/usr/lib/postgresql";
    private const string Account = "postgres";

    /// <summary>The directory of the programs; throws with what to do when there is none.</summary>
    public static string Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var packaged = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(Path.GetFileName, StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
            : [];
        // initdb looks for its companions beside itself, and a link on PATH has none.
        return packaged.Concat(onPath).FirstOrDefault(Holds)
            ?? throw new InvalidOperationException("These tests need a real Postgres: apt-get install postgresql, or put initdb, pg_ctl and postgres on PATH.");
    }

    /// <summary>Lets the account own a directory.</summary>
    public static void GiveAway(DirectoryInfo directory)
    {
        if (IsRoot) Finish(Begin("chown", [Account, directory.FullName]));
    }

    /// <summary>Runs a program to its end; throws with its output when it fails.</summary>
    public static void Run(string program, params string[] arguments) => Finish(Start(program, arguments));

    /// <summary>Runs a program to its end; answers whether it succeeded.</summary>
    public static bool TryRun(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    /// <summary>Starts a program; its standard input stays open until the answer is closed or this process ends.</summary>
    public static Process Start(string program, params string[] arguments) =>
        IsRoot ? Begin("runuser", ["-u", Account, "--", program, .. arguments]) : Begin(program, arguments);

    /// <summary>Starts a program as this process' own account; its standard input stays open until the answer is closed or this process ends.</summary>
    public static Process StartAsSelf(string program, params string[] arguments) => Begin(program, arguments);

    private static bool IsRoot => Environment.UserName == "root";

    private static bool Holds(string directory) =>
        File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "pg_ctl")) && File.Exists(Path.Combine(directory, "postgres"));

    private static Process Begin(string program, IEnumerable<string> arguments)
    {
        // From a directory that the account may enter.
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static void Finish(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"{process.StartInfo.FileName} failed: {error.Result}{output.Result}");
        }
    }
}
