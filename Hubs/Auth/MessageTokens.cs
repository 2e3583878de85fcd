using System.Security.Claims;
using CollabHub.Domain.Accounts;

namespace CollabHub.Hubs.Auth;

/// <summary>Tokens that arrive inside a message: access tokens and tickets, of sign-ins that have not ended.</summary>
public sealed class MessageTokens(AccessTokens tokens, Tickets tickets, IServiceScopeFactory scopes)
{
    /// <summary>The caller behind a token; null when it is none of ours, has run out, was used before, or its sign-in has ended.</summary>
    public async Task<ClaimsPrincipal?> ValidateAsync(string? token, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(token)) return null;
        var principal = tickets.IsTicket(token) ? await tickets.RedeemAsync(token, ct) : await tokens.ValidateAsync(token);
        if (principal.Family() is not { } family) return null;
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IRefreshTokenStore>().IsLiveAsync(family, ct) ? principal : null;
    }
}
