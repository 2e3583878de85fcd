using System.Net.Http.Json;
using CollabHub.Tests.Functional;

namespace CollabHub.Tests.Deploy;

/// <summary>Apps that end, hang and misbehave: the state and its reason are right, and nothing is left behind. How soon: <see cref="InTimeTests"/>.</summary>
[Collection(nameof(DockerTests))]
public class FailingAppTests(DockerEngine engine)
{
    [DockerFact]
    public async Task Apps_that_never_come_up_say_why()
    {
        // As many processes as there is memory for: which of the two bounds a fork bomb meets is then no matter of chance.
        await using var rig = DeployRig.Start(engine, ("Deploy:StartSeconds", "10"), ("Limits:AppProcesses", "16"));
        var ada = await rig.Hub.RegisterAsync("ada");
        await Task.WhenAll(
            FailsAsync(ada, "print('bye'); import sys; sys.exit(1)", "start_failed", "exited with code 1", "bye"),
            FailsAsync(ada, "import time\nwhile True: time.sleep(1)", "start_failed", "Nothing answered on port 8000 within 10 s", ""),
            FailsAsync(ada, "x = []\nwhile True: x.append(bytearray(10_000_000))", "oom_killed", "more memory", ""),
            FailsAsync(ada, "import os\nwhile True: os.fork()", "start_failed", "", ""));
    }

    [DockerFact]
    public async Task What_fills_disks_forks_and_burns_meets_its_own_limits_while_the_neighbour_goes_on()
    {
        await using var rig = DeployRig.Start(engine, ("Limits:AppCpuMillis", "300"));
        var ada = await rig.Hub.RegisterAsync("ada");
        const string Fill = "    try:\n        with open('/tmp/big', 'wb') as f:\n            while True: f.write(bytes(1_000_000))\n    except OSError as e: print('disk:', e.strerror, flush=True)";
        const string Fork = "    n = 0\n    try:\n        while True:\n            if os.fork() == 0: time.sleep(60)\n            n += 1\n    except OSError as e: print('fork:', e.strerror, n < 64, flush=True)";
        const string Burn = "    print('burning', flush=True)\n    while True: pass";
        var neighbour = await BadApp.RunAsync(ada, "    pass");
        var (fill, fork, burn) = (await BadApp.RunAsync(ada, Fill), await BadApp.RunAsync(ada, Fork), await BadApp.RunAsync(ada, Burn));
        foreach (var bad in new[] { fill, fork, burn }) await BadApp.MisbehaveAsync(rig, ada, bad);
        await DeployRig.WaitAsync(async () => (await DeployRig.LogsAsync(ada, fill)).Contains("disk: No space left on device", StringComparison.Ordinal));
        await DeployRig.WaitAsync(async () => (await DeployRig.LogsAsync(ada, fork)).Contains("fork: Resource temporarily unavailable True", StringComparison.Ordinal));
        await DeployRig.WaitAsync(async () => (await DeployRig.LogsAsync(ada, burn)).Contains("burning", StringComparison.Ordinal));
        foreach (var one in new[] { neighbour, fill }) Assert.Equal("running", (await DeployRig.GetAsync(ada, one)).GetProperty("status").GetString());
        using var app = rig.App(await DeployRig.GetAsync(ada, neighbour));
        await DeployRig.EnterAsync(app, ada, neighbour);
        Assert.Equal("here", await app.GetStringAsync(new Uri("/", UriKind.Relative)));
        foreach (var bad in new[] { fill, fork, burn })
        {
            using var stopped = await ada.Http.PostAsJsonAsync($"api/deployments/{bad}/stop", new { });
            Assert.Equal("user", (await DeployRig.EndAsync(ada, bad)).GetProperty("reason").GetString());
            Assert.Empty(await engine.OfAsync(bad));
        }
    }

    [DockerFact]
    public async Task A_build_streams_its_output_and_its_failure_is_told()
    {
        await using var rig = DeployRig.Start(engine, ("Deploy:Runtimes:python:Build", "python3 build.py"), ("Deploy:BuildSeconds", "10"));
        var ada = await rig.Hub.RegisterAsync("ada");
        var built = await DeployRig.SessionAsync(ada, "python", ("build.py", "open('made.txt', 'w').write('made'); print('built')"), ("main.py", BadApp.Source("    pass")));
        var running = await DeployRig.RunAsync(ada, built.Session);
        var logs = await DeployRig.LogsAsync(ada, DeployRig.Id(running));
        Assert.Contains("> python3 build.py\nbuilt\n", logs, StringComparison.Ordinal);
        var broken = await DeployRig.SessionAsync(ada, "python", ("build.py", "print('no'); import sys; sys.exit(7)"));
        var failed = await DeployRig.EndAsync(ada, DeployRig.Id(await DeployRig.DeployAsync(ada, broken.Session)));
        Assert.Equal(("build_failed", "The build command exited with code 7."), (failed.GetProperty("reason").GetString(), failed.GetProperty("detail").GetString()));
        var slow = await DeployRig.SessionAsync(ada, "python", ("build.py", "import time; time.sleep(60)"));
        var late = await DeployRig.EndAsync(ada, DeployRig.Id(await DeployRig.DeployAsync(ada, slow.Session)));
        Assert.Equal(("build_failed", "The build took longer than 10 s."), (late.GetProperty("reason").GetString(), late.GetProperty("detail").GetString()));
        Assert.Empty(await engine.OfAsync(DeployRig.Id(late)));
    }

    private async Task FailsAsync(TestUser user, string main, string reason, string detail, string log)
    {
        var (session, _) = await DeployRig.SessionAsync(user, "python", ("main.py", main));
        var id = DeployRig.Id(await DeployRig.DeployAsync(user, session));
        var end = await DeployRig.EndAsync(user, id);
        Assert.Equal(("failed", reason), (end.GetProperty("status").GetString(), end.GetProperty("reason").GetString()));
        Assert.Contains(detail, end.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains(log, await DeployRig.LogsAsync(user, id), StringComparison.Ordinal);
        Assert.Empty(await engine.OfAsync(id));
    }
}
