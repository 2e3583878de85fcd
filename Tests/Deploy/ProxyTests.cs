using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CollabHub.Tests.Functional;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Deploy;

/// <summary>The way from a browser to an app: what passes, what does not, and what is cut off.</summary>
[Collection(nameof(DockerTests))]
public class ProxyTests(DockerEngine engine)
{
    // Answers what it was asked; a WebSocket echoes, by hand, since Node has no server of its own.
    private const string Echo = """
        const http = require('http'), crypto = require('crypto');
        let refused = 0, torn = 0;
        const server = http.createServer((q, a) => {
          const fresh = !q.socket.used; q.socket.used = true;
          if (q.url === '/big') { let n = 0; q.on('data', d => n += d.length); q.on('end', () => a.end(String(n))); return; }
          if (q.url === '/hang') return;
          if (q.url === '/cut') return q.socket.destroy();
          if (q.url === '/torn') { a.writeHead(200, { 'content-length': 5 }); a.flushHeaders(); if (++torn < 3) return setTimeout(() => q.socket.destroy(), 50); return a.end('whole'); }
          if (q.url === '/reluctant' && (!fresh || ++refused < 3)) return q.socket.destroy();
          if (q.url === '/redirect') { a.writeHead(302, { location: 'http://169.254.169.254/' }); return a.end(); }
          a.setHeader('set-cookie', ['own=1; Domain=apps.localhost; Path=/', 'collabhub_gate=stolen; Path=/']);
          a.setHeader('strict-transport-security', 'max-age=1'); a.setHeader('clear-site-data', '"*"'); a.setHeader('service-worker-allowed', '/');
          a.end(JSON.stringify({ url: q.url, headers: q.headers }));
        });
        server.on('upgrade', (q, s) => {
          const key = crypto.createHash('sha1').update(q.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
          s.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + key + '\r\n\r\n');
          s.on('data', d => { if ((d[0] & 15) === 1) { const n = d[1] & 127, m = d.subarray(2, 6), t = Buffer.from(d.subarray(6, 6 + n).map((b, i) => b ^ m[i % 4])); s.write(Buffer.concat([Buffer.from([129, t.length]), t])); } });
          s.on('error', () => {});
        });
        server.listen(process.env.PORT);
        """;

    [DockerFact]
    public async Task Nothing_of_the_platform_reaches_an_app_and_nothing_of_the_app_leaves_its_origin()
    {
        await using var rig = DeployRig.Start(engine, ("Limits:AppBodyBytes", "100000"), ("Limits:AppAnswerSeconds", "2"));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, _) = await DeployRig.SessionAsync(ada, "node", ("server.js", Echo));
        var running = await DeployRig.RunAsync(ada, session);
        var id = DeployRig.Id(running);
        using var app = rig.App(running);
        await DeployRig.EnterAsync(app, ada, id);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/path?access_token={ada.AccessToken}&x=%20y&ticket=theirs");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ada.AccessToken);
        request.Headers.Add("X-Forwarded-For", "6.6.6.6");
        using var answer = await app.SendAsync(request);
        var seen = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("/path?x=%20y&ticket=theirs", seen.GetProperty("url").GetString());
        var headers = seen.GetProperty("headers");
        Assert.False(headers.TryGetProperty("authorization", out _));
        Assert.False(headers.TryGetProperty("cookie", out _));
        Assert.False(headers.TryGetProperty("traceparent", out _));
        Assert.Equal("127.0.0.1", headers.GetProperty("x-forwarded-for").GetString());
        Assert.Equal(new Uri(running.GetProperty("deploymentUrl").GetString()!).Authority, headers.GetProperty("host").GetString());
        Assert.Equal(["own=1; Path=/"], answer.Headers.GetValues("Set-Cookie"));
        foreach (var name in new[] { "Strict-Transport-Security", "Clear-Site-Data", "Service-Worker-Allowed" }) Assert.False(answer.Headers.Contains(name), name);

        // An app's own tokens and cookies are its own.
        using var own = new HttpRequestMessage(HttpMethod.Get, "/");
        own.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "the-apps-own");
        using var ownAnswer = await app.SendAsync(own);
        var ownSeen = (await ownAnswer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("headers");
        Assert.Equal(("Bearer the-apps-own", "own=1"), (ownSeen.GetProperty("authorization").GetString(), ownSeen.GetProperty("cookie").GetString()));

        // Failures say nothing of the inside.
        foreach (var (path, status) in new[] { ("/cut", HttpStatusCode.BadGateway), ("/hang", HttpStatusCode.GatewayTimeout) })
        {
            using var failed = await app.GetAsync(new Uri(path, UriKind.Relative));
            var page = await failed.Content.ReadAsStringAsync();
            Assert.Equal(status, failed.StatusCode);
            Assert.DoesNotContain("10.214", page, StringComparison.Ordinal);
        }
        // What closes two new connections without a word is asked a third time.
        using (var late = await app.GetAsync(new Uri("/reluctant", UriKind.Relative))) Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        // What breaks off between the head and the body of an answer, too: nothing of it has reached the browser.
        Assert.Equal("whole", await app.GetStringAsync(new Uri("/torn", UriKind.Relative)));
        using var redirect = await app.GetAsync(new Uri("/redirect", UriKind.Relative));
        Assert.Equal("http://169.254.169.254/", redirect.Headers.Location?.ToString());
        using var fits = await app.PostAsync(new Uri("/big", UriKind.Relative), new ByteArrayContent(new byte[90_000]));
        Assert.Equal("90000", await fits.Content.ReadAsStringAsync());
        using var tooBig = await app.PostAsync(new Uri("/big", UriKind.Relative), new ByteArrayContent(new byte[110_000]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooBig.StatusCode);

        // Hosts do not mix: the platform's paths are the app's on its own host, and the gate's path is nobody's on the platform's.
        using var asApi = await app.GetAsync(new Uri("/api/me", UriKind.Relative));
        Assert.Equal("/api/me", (await asApi.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString());
        using var trace = await app.SendAsync(new HttpRequestMessage(HttpMethod.Trace, "/"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, trace.StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/");
        foreign.Headers.Add("Origin", $"http://{Guid.NewGuid()}.apps.localhost:{rig.Hub.BaseAddress.Port}");
        using var refused = await app.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var nobody = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{Guid.NewGuid()}.apps.localhost:{rig.Hub.BaseAddress.Port}/"));
        using var none = await app.SendAsync(nobody);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [DockerFact]
    public async Task A_ticket_works_once_and_for_its_app_only_and_who_may_enter_follows_roles_at_once()
    {
        await using var rig = DeployRig.Start(engine);
        var (ada, bob, eve) = (await rig.Hub.RegisterAsync("ada"), await rig.Hub.RegisterAsync("bob"), await rig.Hub.RegisterAsync("eve"));
        var (session, _) = await DeployRig.SessionAsync(ada, "node", ("server.js", Echo));
        await ada.ShareAsync(session, bob, "viewer");
        var running = await DeployRig.RunAsync(ada, session);
        var id = DeployRig.Id(running);
        using var app = rig.App(running);

        using var asked = await ada.Http.PostAsync(new Uri($"api/deployments/{id}/ticket", UriKind.Relative), null);
        var url = new Uri((await asked.OkAsync()).GetProperty("url").GetString()!);
        using (var first = await app.GetAsync(url)) Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        using (var second = await app.GetAsync(url)) Assert.Equal(HttpStatusCode.Gone, second.StatusCode);
        using (var asToken = await rig.App(running).GetAsync(new Uri($"/.collabhub/gate?ticket={ada.AccessToken}", UriKind.Relative))) Assert.Equal(HttpStatusCode.Gone, asToken.StatusCode);

        // A viewer of the session sees that it runs, but a private app is not his; a stranger sees nothing.
        Assert.Equal("none", (await DeployRig.GetAsync(bob, id)).GetProperty("role").GetString());
        using (var viewer = await bob.Http.PostAsync(new Uri($"api/deployments/{id}/ticket", UriKind.Relative), null)) await viewer.ProblemAsync(HttpStatusCode.Forbidden, "access.role_too_weak");
        using (var stranger = await eve.Http.GetAsync(new Uri($"api/deployments/{id}", UriKind.Relative))) await stranger.ProblemAsync(HttpStatusCode.NotFound, "deployment.not_found");
        await ShowAsync(ada, id, "members");
        using var bobs = rig.App(running);
        await DeployRig.EnterAsync(bobs, bob, id);
        using (var allowed = await bobs.GetAsync(new Uri("/", UriKind.Relative))) Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);

        // Taken away: new requests at once, and open sockets are cut.
        using var socket = await SocketAsync(rig, running, bobs);
        Assert.Equal("hi", await EchoAsync(socket, "hi"));
        using (var removed = await ada.Http.DeleteAsync(new Uri($"api/sessions/{session}/participants/{bob.Id}", UriKind.Relative))) Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await ClosedAsync(socket);
        using (var gone = await bobs.GetAsync(new Uri("/", UriKind.Relative))) Assert.Equal(HttpStatusCode.Forbidden, gone.StatusCode);

        // A place of one's own on the deployment is enough; the end of a sign-in ends it.
        using (var set = await ada.Http.PutAsJsonAsync($"api/deployments/{id}/participants/{eve.Id}", new { role = "viewer" })) await set.OkAsync();
        using var eves = rig.App(running);
        await DeployRig.EnterAsync(eves, eve, id);
        using var eveSocket = await SocketAsync(rig, running, eves);
        using (await eve.Http.PostAsJsonAsync("api/auth/logout", new { refreshToken = eve.RefreshToken })) await ClosedAsync(eveSocket);
        using (var out_ = await eves.GetAsync(new Uri("/", UriKind.Relative))) Assert.Equal(HttpStatusCode.Unauthorized, out_.StatusCode);

        await ShowAsync(ada, id, "public");
        using var anyone = rig.App(running);
        using (var open = await anyone.GetAsync(new Uri("/", UriKind.Relative))) Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        // Stopped: everyone is out.
        using var adas = await SocketAsync(rig, running, app);
        using (await ada.Http.PostAsJsonAsync($"api/deployments/{id}/stop", new { })) await ClosedAsync(adas);
    }

    [DockerFact]
    public async Task Deploying_again_fails_no_request_of_a_loop()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, null, ("index.html", "version 1"));
        var first = await DeployRig.RunAsync(ada, session, "public");
        using var app = rig.App(first);
        using var files = await ada.Http.GetAsync(new Uri($"api/workspaces/{workspace}/files", UriKind.Relative));
        var file = (await files.OkAsync()).GetProperty("items")[0].GetProperty("fileId").GetGuid();
        using var stop = new CancellationTokenSource();
        var loop = LoopAsync(app, stop.Token);
        await DeployRig.WaitAsync(() => Task.FromResult(loop.Seen > 20));
        using (var put = await ada.Http.PutAsync(new Uri($"api/workspaces/{workspace}/files/{file}/content", UriKind.Relative), new StringContent("version 2"))) await put.OkAsync(HttpStatusCode.NoContent);
        var second = await DeployRig.DeployAsync(ada, session);
        var running = await DeployRig.ReachAsync(ada, DeployRig.Id(second), "running");
        Assert.Equal("public", running.GetProperty("visibility").GetString());
        var end = await DeployRig.EndAsync(ada, DeployRig.Id(first));
        Assert.Equal(("stopped", "replaced"), (end.GetProperty("status").GetString(), end.GetProperty("reason").GetString()));
        var after = loop.Seen;
        await DeployRig.WaitAsync(() => Task.FromResult(loop.Seen > after + 20));
        await stop.CancelAsync();
        await loop.Done;
        Assert.True(loop.Failures.IsEmpty, string.Join("\n", [.. loop.Failures, .. rig.Hub.Log.Lines.Where(line => line.StartsWith("Warning Yarp", StringComparison.Ordinal))]));
        Assert.Equal("version 2", loop.Last);
        using var newApp = rig.App(running);
        Assert.Equal("version 2", await newApp.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Empty(await engine.OfAsync(DeployRig.Id(first)));
    }

    private sealed class Loop
    {
        public int Seen;
        public string Last = "";
        public System.Collections.Concurrent.ConcurrentBag<string> Failures { get; } = [];
        public Task Done { get; set; } = Task.CompletedTask;
    }

    /// <summary>50 requests a second until cancelled; fewer while 32 of them wait for their answers.</summary>
    private static Loop LoopAsync(HttpClient app, CancellationToken ct)
    {
        var loop = new Loop();
        loop.Done = Task.Run(
            async () =>
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
                var open = new List<Task>();
                while (!ct.IsCancellationRequested)
                {
                    open.RemoveAll(one => one.IsCompleted);
                    if (open.Count < 32) open.Add(OneAsync());
                    await timer.WaitForNextTickAsync(CancellationToken.None);
                }
                await Task.WhenAll(open);
            },
            CancellationToken.None);
        return loop;

        async Task OneAsync()
        {
            try
            {
                using var answer = await app.GetAsync(new Uri("/", UriKind.Relative), CancellationToken.None);
                var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                if (answer.StatusCode != HttpStatusCode.OK || !text.StartsWith("version ", StringComparison.Ordinal)) loop.Failures.Add($"{answer.StatusCode}: {text}");
                loop.Last = text;
            }
            catch (HttpRequestException exception)
            {
                loop.Failures.Add(exception.ToString());
            }
            Interlocked.Increment(ref loop.Seen);
        }
    }

    private static async Task ShowAsync(TestUser owner, Guid id, string visibility)
    {
        using var answer = await owner.Http.PatchAsJsonAsync($"api/deployments/{id}", new { visibility });
        await answer.OkAsync();
    }

    /// <summary>A WebSocket to the app, with the cookies that a client of it has.</summary>
    private static async Task<ClientWebSocket> SocketAsync(DeployRig rig, JsonElement deployment, HttpClient app)
    {
        var socket = new ClientWebSocket();
        var url = new UriBuilder(deployment.GetProperty("deploymentUrl").GetString()!) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(url, new HttpMessageInvoker(rig.HandlerOf(app), disposeHandler: false), default);
        return socket;
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);
        var buffer = new byte[200];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private static async Task ClosedAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        await Assert.ThrowsAnyAsync<WebSocketException>(async () => await socket.ReceiveAsync(new byte[10].AsMemory(), limit.Token));
    }
}
