using System.Diagnostics;
using System.Globalization;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Clients;
using CollabHub.Tests.Functional.Editing;
using Docker.DotNet;
using Xunit.Abstractions;

namespace CollabHub.Tests.Deploy;

/// <summary>
/// Two people in one file beside apps that burn, fork, fill and shout: how long an edit takes from one to the other, in phases of quiet and of
/// noise that take turns, so that whatever else the machine does falls on both. The apps are in an idle control group, as docs/operations.md advises. Twelve rounds of each with COLLABHUB_LONG, held against the bound; else one of all together.
/// </summary>
[Collection(nameof(DockerTests))]
public class NeighbourTests(DockerEngine engine, ITestOutputHelper output)
{
    private const double Bound = 1.2;
    private const string Server = """
        import http.server, os, threading, time
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(204); self.end_headers()
                if self.path == '/misbehave': threading.Thread(target=misbehave).start()
            def log_message(self, *words): pass
        def misbehave():
        {0}
        http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App).serve_forever()
        """;

    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly int Rounds = NodeRig.IsLong ? 12 : 1;

    private static readonly (string Name, string Code)[] Noises =
    [
        ("burns", "    for _ in range(3):\n        if os.fork() == 0:\n            while True: pass"),
        ("forks", "    while True:\n        try:\n            if os.fork() == 0:\n                time.sleep(1)\n                os._exit(0)\n        except OSError:\n            try: os.waitpid(-1, os.WNOHANG)\n            except OSError: pass"),
        ("fills", "    while True:\n        try:\n            with open('/tmp/big', 'wb') as f:\n                while True: f.write(bytes(1_000_000))\n        except OSError: os.remove('/tmp/big')"),
        ("shouts", "    while True: print('x' * 1000, flush=True)"),
    ];

    [DockerFact]
    public async Task An_edit_beside_apps_that_misbehave_takes_as_long_as_without_them()
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:UnhealthySeconds", "600"), ("Deploy:CgroupParent", IdleGroup()), ("Limits:AppMemoryBytes", "402653184"));
        var (ada, bob) = (await rig.Hub.RegisterAsync("ada"), await rig.Hub.RegisterAsync("bob"));
        var (session, _, file) = await ada.SessionWithFileAsync();
        await ada.ShareAsync(session, bob);
        await using var adas = await ada.HubAsync(messagePack: true);
        await using var bobs = await bob.HubAsync(messagePack: true);
        await using var typing = new HubFile(adas, file, 11);
        await using var reading = new HubFile(bobs, file, 12);
        await typing.NextAsync("sync");
        await reading.NextAsync("sync");
        var apps = await Task.WhenAll(Noises.Select(noise => MisbehavingAsync(rig, ada, noise.Code)));
        await MeasureAsync(typing, reading, TimeSpan.FromSeconds(1));

        var kinds = Noises.Select((noise, i) => (noise.Name, new[] { apps[i] })).Append(("all of it", apps)).ToList();
        foreach (var (name, noisy) in NodeRig.IsLong ? kinds : kinds.TakeLast(1))
        {
            var (quiet, loud) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                quiet.AddRange(await MeasureAsync(typing, reading, Phase));
                await Task.WhenAll(noisy.Select(app => engine.Client.Containers.UnpauseContainerAsync(DeployRig.Name(app))));
                loud.AddRange(await MeasureAsync(typing, reading, Phase));
                await Task.WhenAll(noisy.Select(FreezeAsync));
            }
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-10} quiet p50 {At(quiet, 50):F2} p99 {At(quiet, 99):F2} ms, beside it p50 {At(loud, 50):F2} p99 {At(loud, 99):F2} ms, times {At(loud, 99) / At(quiet, 99):F2} ({quiet.Count} and {loud.Count} edits)"));
            if (NodeRig.IsLong) Assert.True(At(loud, 99) <= At(quiet, 99) * Bound, $"{name}: {At(loud, 99)} ms beside it, {At(quiet, 99)} ms without");
        }
        foreach (var app in apps) Assert.Equal("running", (await DeployRig.GetAsync(ada, app)).GetProperty("status").GetString());
    }

    /// <summary>A control group that gets what is left of the processors; it stays, as a slice does.</summary>
    private static string IdleGroup()
    {
        const string Group = "/collabhub-idle";
        var controller = Directory.Exists("/sys/fs/cgroup/cpu") ? "/sys/fs/cgroup/cpu" : "/sys/fs/cgroup";
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(controller + Group).FullName, "cpu.idle"), "1");
        return Group;
    }

    /// <summary>An app that misbehaves from now on, frozen until it is wanted.</summary>
    private async Task<Guid> MisbehavingAsync(DeployRig rig, TestUser owner, string how)
    {
        var (session, _) = await DeployRig.SessionAsync(owner, "python", ("main.py", Server.Replace("{0}", how, StringComparison.Ordinal)));
        var running = await DeployRig.RunAsync(owner, session, "public");
        using var app = rig.App(running);
        using var answer = await app.GetAsync(new Uri("/misbehave", UriKind.Relative));
        await FreezeAsync(DeployRig.Id(running));
        return DeployRig.Id(running);
    }

    /// <summary>Freezes an app; what forks all the time may slip through the first attempts.</summary>
    private Task FreezeAsync(Guid app) => DeployRig.WaitAsync(async () =>
    {
        try
        {
            await engine.Client.Containers.PauseContainerAsync(DeployRig.Name(app));
            return true;
        }
        catch (DockerApiException)
        {
            return (await engine.InspectAsync(app)).State.Paused;
        }
    });

    /// <summary>Milliseconds from typing to reading, one edit after the other.</summary>
    private static async Task<List<double>> MeasureAsync(HubFile typing, HubFile reading, TimeSpan time)
    {
        var took = new List<double>();
        using var pace = new PeriodicTimer(Pause);
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < time; await pace.WaitForNextTickAsync())
        {
            var at = Stopwatch.GetTimestamp();
            await typing.TypeAsync("x");
            await reading.NextAsync("edit");
            took.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }
        await typing.SavedAsync();
        return took;
    }

    private static double At(List<double> took, int percent) => took.Order().ElementAt((int)(took.Count * percent / 100.0));
}
