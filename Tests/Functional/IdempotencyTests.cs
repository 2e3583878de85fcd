using System.Net;
using System.Net.Http.Json;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional;

public class IdempotencyTests
{
    private const string Key = "0f3c9a52-6f0e-4b53-9a0c-6a1f2f9b7c11";

    [Fact]
    public async Task The_same_request_again_gets_the_first_ones_answer()
    {
        await using var hub = TestHub.Start();
        var first = await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        var again = await PostAsync(hub, Key, "Grace");
        Assert.Equal("/api/me", again.Headers.Location?.ToString());
        Assert.Equal("application/json", again.Content.Headers.ContentType?.MediaType);
        Assert.Equal(first.ToString(), (await again.OkAsync(HttpStatusCode.Created)).ToString());
    }

    [Fact]
    public async Task Another_body_with_the_same_key_is_refused()
    {
        await using var hub = TestHub.Start();
        await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        await (await PostAsync(hub, Key, "Eve")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency.mismatch");
    }

    [Fact]
    public async Task Of_fifty_at_once_one_runs_and_all_get_its_answer()
    {
        await using var hub = TestHub.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created)));
        Assert.Single(answers.Select(answer => answer.GetProperty("user").GetProperty("userId").GetGuid()).Distinct());
    }

    [Fact]
    public async Task A_request_that_created_nothing_gives_the_key_back()
    {
        await using var hub = TestHub.Start();
        await (await PostAsync(hub, Key, "a\u202Eb")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
        await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_guessable_key_without_an_account_is_refused_since_its_answer_could_be_fetched_by_others()
    {
        await using var hub = TestHub.Start();
        await (await PostAsync(hub, "1", "Grace")).ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation.failed");
    }

    [Fact]
    public async Task After_a_day_the_key_is_forgotten()
    {
        var clock = new JumpingClock();
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        var first = await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        clock.Advance(TimeSpan.FromHours(25));
        var second = await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        Assert.NotEqual(first.ToString(), second.ToString());
    }

    [Fact]
    public async Task A_key_whose_first_request_never_answered_is_not_run_again()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var hub = TestHub.Start(services => services.AddSingleton<TimeProvider>(clock));
        await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        await using (var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>()))
        {
            // As after a crash between the commit and the note of its answer.
            await db.ExecuteAsync("update idempotency_keys set status_code = null, response = null", null, default);
        }
        var again = PostAsync(hub, Key, "Grace");
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return again.IsCompleted;
        });
        await (await again).ProblemAsync(HttpStatusCode.Conflict, "idempotency.in_progress");
    }

    [Fact]
    public async Task Kept_answers_hold_no_readable_tokens()
    {
        await using var hub = TestHub.Start();
        var first = await (await PostAsync(hub, Key, "Grace")).OkAsync(HttpStatusCode.Created);
        var refreshToken = first.GetProperty("refreshToken").GetString()!;
        foreach (var file in Directory.GetFiles(hub.DataDirectory, "collabhub.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(refreshToken, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(TestHub hub, string key, string displayName)
    {
        using var http = hub.Anonymous;
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/auth/guest") { Content = JsonContent.Create(new { displayName }) };
        request.Headers.Add("Idempotency-Key", key);
        var response = await http.SendAsync(request);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }
}
