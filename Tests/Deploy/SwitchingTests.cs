using System.Net;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace CollabHub.Tests.Deploy;

/// <summary>Requests on their way to an app at the very moment when another one takes its place.</summary>
[Collection(nameof(DockerTests))]
public class SwitchingTests(DockerEngine engine)
{
    [DockerFact]
    public async Task What_finds_its_app_gone_between_look_up_and_connect_reaches_the_successor_body_and_all()
    {
        var gate = new HeldRequests();
        await using var rig = DeployRig.Start(engine, services => gate.Decorate(services));
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, "node", ("server.js", Version(1)));
        var first = await DeployRig.RunAsync(ada, session, "public");
        using var app = rig.App(first);
        gate.Close();
        var get = app.GetStringAsync(new Uri("/", UriKind.Relative));
        var post = PostAsync(app, "/", "typed once");
        await Eventually.TrueAsync(() => gate.Waiting == 2);
        await ReplaceAsync(ada, session, workspace, DeployRig.Id(first));
        gate.Open();
        Assert.Equal("version 2 GET ", await get);
        Assert.Equal((HttpStatusCode.OK, "version 2 POST typed once"), await post);
    }

    [DockerFact]
    public async Task What_an_app_had_not_answered_when_it_went_is_asked_again_unless_twice_might_harm()
    {
        await using var rig = DeployRig.Start(engine);
        var ada = await rig.Hub.RegisterAsync("ada");
        var (session, workspace) = await DeployRig.SessionAsync(ada, "node", ("server.js", Version(1)));
        var first = await DeployRig.RunAsync(ada, session, "public");
        using var app = rig.App(first);
        var get = app.GetStringAsync(new Uri("/slow", UriKind.Relative));
        var post = PostAsync(app, "/slow", "typed once");
        await DeployRig.WaitAsync(async () => (await DeployRig.LogsAsync(ada, DeployRig.Id(first))).Split("has it").Length == 3);
        await ReplaceAsync(ada, session, workspace, DeployRig.Id(first));
        Assert.Equal("version 2 GET ", await get);
        var (status, page) = await post;
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("did not answer this request", page, StringComparison.Ordinal);
    }

    private static string Version(int number) => $$"""
        require('http').createServer((q, a) => {
          let body = '';
          q.on('data', d => body += d);
          q.on('end', () => {
            if ({{number}} === 1 && q.url === '/slow') console.log('has it');
            else a.end('version {{number}} ' + q.method + ' ' + body);
          });
        }).listen(process.env.PORT);
        """;

    /// <summary>Deploys the next version; when that runs, the old container goes at once, whoever still asks it.</summary>
    private async Task ReplaceAsync(Functional.TestUser owner, Guid session, Guid workspace, Guid first)
    {
        await DeployRig.WriteAsync(owner, workspace, "server.js", Version(2));
        await DeployRig.RunAsync(owner, session);
        await engine.Client.Containers.RemoveContainerAsync(DeployRig.Name(first), new ContainerRemoveParameters { Force = true });
        await DeployRig.EndAsync(owner, first);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HttpClient app, string path, string body)
    {
        using var content = new StringContent(body);
        using var answer = await app.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Stands between the look-up of an app and the connection to it.</summary>
    private sealed class HeldRequests
    {
        private TaskCompletionSource? _closed;
        private int _waiting;

        public int Waiting => Volatile.Read(ref _waiting);

        public void Close() => _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _closed!.SetResult();

        public void Decorate(IServiceCollection services)
        {
            var real = services.Last(service => service.ServiceType == typeof(IHttpForwarder)).ImplementationType!;
            services.AddSingleton<IHttpForwarder>(all => new Forwarder(this, (IHttpForwarder)ActivatorUtilities.CreateInstance(all, real)));
        }

        private async Task PassAsync()
        {
            if (_closed is not { } closed) return;
            Interlocked.Increment(ref _waiting);
            await closed.Task;
        }

        private sealed class Forwarder(HeldRequests held, IHttpForwarder real) : IHttpForwarder
        {
            public ValueTask<ForwarderError> SendAsync(
                HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
                SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

            public async ValueTask<ForwarderError> SendAsync(
                HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer,
                CancellationToken cancellationToken)
            {
                await held.PassAsync();
                return await real.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);
            }
        }
    }
}
