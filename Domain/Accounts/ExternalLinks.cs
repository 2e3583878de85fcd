using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Accounts;

/// <summary>Links accounts to external identities and takes links away; by the owner of both.</summary>
public sealed class ExternalLinks(
    IUserStore users, IExternalIdentityStore identities, IOneTimeTokenStore tokens, IMailQueue mails, Changes changes)
{
    /// <summary>Links the own account to an identity that was proved a moment ago; tells the owner by mail.</summary>
    public Task<Result<User>> LinkAsync(Call call, ExternalGrant grant, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(grant);
        return changes.RunAsync(
            async inner =>
            {
                var (identity, now) = (grant.Identity, changes.Now);
                if (await users.FindAsync(call.User, inner) is not { IsActive: true } user) return (Result<User>)AccountErrors.AccountGone;
                if (user.IsGuest) return WorkspaceErrors.Guest;
                var linked = await identities.LinkAsync(user.Id, identity.Provider, identity.Subject, now, inner);
                if (linked.Error is { } error) return error;
                if (!await tokens.SpendAsync(ExternalSignIn.GrantKind, SecretToken.HashOf(grant.Id), user.Id, grant.ExpiresAt, now, inner)) return AccountErrors.ExternalCodeGone;
                if (user.Email is { } email) await mails.EnqueueAsync(AccountMails.ExternalLinked(email, identity.Provider), inner);
                await AuditAsync(call, "account.external_link", null, identity.Provider, inner);
                return user with { ExternalProvider = identity.Provider };
            },
            ct);
    }

    /// <summary>Takes the link away; not when it is the only way in (<see cref="AccountErrors.LastWayIn"/>).</summary>
    public Task<Result<Done>> UnlinkAsync(Call call, string provider, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync(
            async inner =>
            {
                if (await users.FindAsync(call.User, inner) is not { IsActive: true } user) return (Result<Done>)AccountErrors.AccountGone;
                if (user.ExternalProvider != provider) return AccountErrors.ExternalNotLinked;
                if (user.PasswordHash is null) return AccountErrors.LastWayIn;
                if (!await identities.UnlinkAsync(user.Id, provider, changes.Now, inner)) return AccountErrors.ExternalNotLinked;
                if (user.Email is { } email) await mails.EnqueueAsync(AccountMails.ExternalUnlinked(email, provider), inner);
                await AuditAsync(call, "account.external_unlink", provider, null, inner);
                return default(Done);
            },
            ct);
    }

    private Task AuditAsync(Call call, string action, string? before, string? after, CancellationToken ct) =>
        changes.AuditAsync(call, null, action, "account", call.User.ToString(), new FieldChanges().Add("provider", before, after), ct);
}
