using CollabHub.Tests.Functional;

namespace CollabHub.Tests.Deploy;

/// <summary>An app that answers until it is asked to misbehave.</summary>
internal static class BadApp
{
    private const string Server = """
        import http.server, os, sys, threading, time
        class App(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(b'here'); self.wfile.flush()
                if self.path == '/misbehave': threading.Thread(target=misbehave).start()
        def misbehave():
            print('misbehaving', flush=True)
        {0}
        server = http.server.ThreadingHTTPServer(('0.0.0.0', 8000), App)
        server.serve_forever()
        time.sleep(600)
        """;

    /// <summary>Its main.py, with the lines of Python that are its misbehaviour, four spaces in.</summary>
    public static string Source(string misbehaviour) => Server.Replace("{0}", misbehaviour, StringComparison.Ordinal);

    /// <summary>Deploys one and waits until it answers.</summary>
    public static async Task<Guid> RunAsync(TestUser user, string misbehaviour)
    {
        var (session, _) = await DeployRig.SessionAsync(user, "python", ("main.py", Source(misbehaviour)));
        return DeployRig.Id(await DeployRig.RunAsync(user, session));
    }

    /// <summary>Asks it to.</summary>
    public static async Task MisbehaveAsync(DeployRig rig, TestUser user, Guid id)
    {
        using var app = rig.App(await DeployRig.GetAsync(user, id));
        await DeployRig.EnterAsync(app, user, id);
        using var answer = await app.GetAsync(new Uri("/misbehave", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
    }
}
