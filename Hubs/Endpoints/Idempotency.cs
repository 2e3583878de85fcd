using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Errors;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Marks a route that honours <c>Idempotency-Key</c>.</summary>
internal sealed class IdempotentMetadata;

/// <summary>How routes ask for it.</summary>
public static class IdempotencyExtensions
{
    /// <summary>
    /// A POST that carries <c>Idempotency-Key</c> runs once in 24 h: the same request again gets the first one's answer, another body with
    /// the same key gets 422. Only successful answers are kept; after any other the key may be used again.
    /// </summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) => route.WithMetadata(new IdempotentMetadata());
}

/// <summary>The refusals around <c>Idempotency-Key</c>.</summary>
public static class IdempotencyErrors
{
    /// <summary>The key came with another request before.</summary>
    public static readonly CollabError Mismatch = new(
        "idempotency.mismatch", ErrorKind.Invalid, "This Idempotency-Key was used with another request; take a new key.");

    /// <summary>The first request with the key has not answered.</summary>
    public static readonly CollabError InProgress = new(
        "idempotency.in_progress", ErrorKind.Conflict, "The first request with this Idempotency-Key has not been answered; look whether its result exists.");
}

/// <summary>An answer that is kept.</summary>
internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <summary>Runs marked requests once for each key.</summary>
public sealed class IdempotencyMiddleware(RequestDelegate next, IDataProtectionProvider protection, TimeProvider clock)
{
    private const string Header = "Idempotency-Key";
    private const string NoAccount = "anonymous";
    private const int MaxKey = 255;
    private const int MinKeyWithoutAccount = 32;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    // Answers may hold tokens; at rest they are as unreadable as those are.
    private readonly IDataProtector _protector = protection.CreateProtector("idempotency");

    /// <summary>Passes unmarked requests through.</summary>
    public async Task InvokeAsync(HttpContext context, IdempotencyStore store)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(store);
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotentMetadata>() is null || !context.Request.Headers.TryGetValue(Header, out var given))
        {
            await next(context);
            return;
        }
        var (owner, key) = (context.Actor().User?.ToString() ?? NoAccount, given.ToString());
        if (KeyProblem(owner, key) is { } problem)
        {
            await GeneralErrors.Invalid(Header, problem).ToProblem().ExecuteAsync(context);
            return;
        }
        var hash = await HashAsync(context);
        if (await store.ClaimAsync(owner, key, hash, context.RequestAborted)) await RunAsync(context, store, owner, key);
        else await RepeatAsync(context, store, owner, key, hash);
    }

    // Whoever guesses the key of a call without an account would get its answer, so such a key must not be guessable.
    private static string? KeyProblem(string owner, string key)
    {
        var min = owner == NoAccount ? MinKeyWithoutAccount : 1;
        var isPrintable = key.All(c => c is > ' ' and < '\x7f');
        return isPrintable && key.Length >= min && key.Length <= MaxKey
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be {min} to {MaxKey} printable ASCII characters");
    }

    private static async Task<string> HashAsync(HttpContext context)
    {
        var body = new MemoryStream();
        context.Response.RegisterForDispose(body);
        var request = context.Request;
        body.Write(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var start = body.Length;
        await request.Body.CopyToAsync(body, context.RequestAborted);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length)));
        body.Position = start;
        request.Body = body;
        return hash;
    }

    private async Task RunAsync(HttpContext context, IdempotencyStore store, string owner, string key)
    {
        var answered = false;
        try
        {
            var answer = await CaptureAsync(context);
            if (answer.Status is >= 200 and < 300)
            {
                var sealedAnswer = _protector.Protect(JsonSerializer.Serialize(answer));
                await store.AnswerAsync(owner, key, answer.Status, sealedAnswer, CancellationToken.None);
                answered = true;
            }
            if (answer.Body.Length > 0) await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
        finally
        {
            if (!answered) await store.ReleaseAsync(owner, key, CancellationToken.None);
        }
    }

    private async Task<KeptAnswer> CaptureAsync(HttpContext context)
    {
        var (response, real) = (context.Response, context.Response.Body);
        using var captured = new MemoryStream();
        response.Body = captured;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = real;
        }
        return new KeptAnswer(response.StatusCode, response.ContentType, response.Headers.Location, captured.ToArray());
    }

    private async Task RepeatAsync(HttpContext context, IdempotencyStore store, string owner, string key, string hash)
    {
        var until = clock.GetUtcNow() + Wait;
        using var timer = new PeriodicTimer(Look, clock);
        while (await store.FindAsync(owner, key, context.RequestAborted) is { } found)
        {
            if (found.RequestHash != hash)
            {
                await IdempotencyErrors.Mismatch.ToProblem().ExecuteAsync(context);
                return;
            }
            if (found.Response is { } kept)
            {
                await SendAsync(context, JsonSerializer.Deserialize<KeptAnswer>(_protector.Unprotect(kept))!);
                return;
            }
            if (clock.GetUtcNow() >= until)
            {
                await IdempotencyErrors.InProgress.ToProblem().ExecuteAsync(context);
                return;
            }
            await timer.WaitForNextTickAsync(context.RequestAborted);
        }
        // The first request created nothing and gave the key back.
        if (await store.ClaimAsync(owner, key, hash, context.RequestAborted)) await RunAsync(context, store, owner, key);
        else await IdempotencyErrors.InProgress.ToProblem().ExecuteAsync(context);
    }

    private static Task SendAsync(HttpContext context, KeptAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.Location is not null) context.Response.Headers.Location = answer.Location;
        return context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }
}

/// <summary>Registers what it needs.</summary>
public static class IdempotencyRegistration
{
    /// <summary>The store of keys.</summary>
    public static void AddIdempotency(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddScoped<IdempotencyStore>();
    }
}
