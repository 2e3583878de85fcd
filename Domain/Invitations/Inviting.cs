using System.Globalization;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Security;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;

namespace CollabHub.Domain.Invitations;

/// <summary>An invitation that is wanted; already checked by the edge. Without address and person it is a share link.</summary>
/// <param name="Place">What it leads into; share links and messages are for sessions, persons for workspaces.</param>
/// <param name="Role">What the invited becomes.</param>
/// <param name="Email">In lower case.</param>
/// <param name="User">Instead of an address.</param>
/// <param name="Message">Plain text, see <see cref="MessageText"/>.</param>
/// <param name="Life">How long it is good, at most <see cref="InvitationRules.MaxLife"/>.</param>
public sealed record NewInvitation(InvitationPlace Place, Role Role, string? Email, UserId? User, string? Message, TimeSpan Life)
{
    /// <summary>Whether anyone who holds the link may come.</summary>
    public bool IsLink => Email is null && User is null;
}

/// <summary>An invitation just issued.</summary>
/// <param name="View">The invitation.</param>
/// <param name="Link">The link of a share link, shown this once; null for everything that goes by mail.</param>
public sealed record IssuedInvitation(InvitationView View, string? Link);

/// <summary>What became of one address of many.</summary>
/// <param name="Email">The address, in lower case.</param>
/// <param name="View">The invitation, or null.</param>
/// <param name="Refusal">Why there is none, or null.</param>
public sealed record InvitedAddress(string Email, InvitationView? View, CollabError? Refusal);

/// <summary>Invites people by mail or account, and makes share links.</summary>
public sealed class Inviting(
    InvitationTargets targets, IInvitationStore invitations, IPeople people, InvitationPost post, InvitationRules rules, TeamLimits limits, Changes changes)
{
    /// <summary>
    /// Issues an invitation. The answer is the same whether or not the address has an account or is a member already; a pending
    /// one for the same address is refreshed: its old link dies.
    /// </summary>
    public Task<Result<IssuedInvitation>> InviteAsync(Call call, NewInvitation wanted, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(wanted);
        return changes.RunAsync<IssuedInvitation>(
            async token =>
            {
                var found = await targets.RequireAsync(call.Actor, wanted.Place, token);
                if (!found.TryGet(out var target, out var refused)) return refused;
                if (await RefusalAsync(call, wanted, target, token) is { } reason) return reason;
                if (await RefusalOfInviteeAsync(call, wanted, target, token) is { } ofInvitee) return ofInvitee;
                return await IssueAsync(call, wanted, target, token);
            },
            ct);
    }

    /// <summary>
    /// Issues an invitation for each of many addresses, in one transaction and in their order; an address that is given twice is invited once.
    /// What is wrong with the place, the role or the inviter refuses all of them, a bound that one address meets only that one.
    /// </summary>
    /// <param name="call">Who invites.</param>
    /// <param name="wanted">What they are invited to; its own address is not used.</param>
    /// <param name="addresses">In lower case, at least one, at most <see cref="TeamLimits.InvitationsPerCall"/>.</param>
    /// <param name="ct">Cancels.</param>
    public Task<Result<IReadOnlyList<InvitedAddress>>> InviteManyAsync(
        Call call, NewInvitation wanted, IReadOnlyCollection<string> addresses, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(addresses);
        if (addresses.Count > limits.InvitationsPerCall)
        {
            return Task.FromResult<Result<IReadOnlyList<InvitedAddress>>>(
                GeneralErrors.Invalid("emails", string.Create(CultureInfo.InvariantCulture, $"must be at most {limits.InvitationsPerCall} addresses")));
        }
        var each = addresses.Distinct(StringComparer.Ordinal).Select(address => wanted with { Email = address, User = null }).ToList();
        return changes.RunAsync<IReadOnlyList<InvitedAddress>>(
            async token =>
            {
                var found = await targets.RequireAsync(call.Actor, wanted.Place, token);
                if (!found.TryGet(out var target, out var refused)) return refused;
                if (await RefusalAsync(call, each[0], target, token) is { } reason) return reason;
                var outcomes = new List<InvitedAddress>(each.Count);
                foreach (var one in each)
                {
                    var refusal = await RefusalOfInviteeAsync(call, one, target, token);
                    if (refusal is not null)
                    {
                        outcomes.Add(new InvitedAddress(one.Email!, null, refusal));
                        continue;
                    }
                    var issued = await IssueAsync(call, one, target, token);
                    if (!issued.TryGet(out var invitation, out var failed)) return failed;
                    outcomes.Add(new InvitedAddress(one.Email!, invitation.View, null));
                }
                return outcomes;
            },
            ct);
    }

    private async Task<CollabError?> RefusalAsync(Call call, NewInvitation wanted, InvitationTarget target, CancellationToken ct)
    {
        if (call.Actor.IsGuest && !wanted.IsLink) return WorkspaceErrors.Guest;
        if (!target.CanGrant(wanted.Role)) return WorkspaceErrors.GrantTooStrong;
        if (target.IsEnded) return SessionErrors.Ended;
        var isVerified = wanted.IsLink || !rules.RequireVerifiedEmail || await people.FindAsync(call.User, ct) is { EmailVerified: true };
        return isVerified ? null : InvitationErrors.EmailUnverified;
    }

    private async Task<CollabError?> RefusalOfInviteeAsync(Call call, NewInvitation wanted, InvitationTarget target, CancellationToken ct)
    {
        if (wanted.User is { } user && await people.FindAsync(user, ct) is not { IsActive: true, IsGuest: false }) return WorkspaceErrors.NoSuchAccount;
        if (await invitations.CountOpenAsync(call.User, changes.Now, ct) >= limits.OpenInvitationsPerUser) return InvitationErrors.Quota;
        return await post.CountAsync(call.User, target.Workspace, await AddressAsync(wanted.Email, wanted.User, ct), ct);
    }

    private async Task<Result<IssuedInvitation>> IssueAsync(Call call, NewInvitation wanted, InvitationTarget target, CancellationToken ct)
    {
        var now = changes.Now;
        var secret = SecretToken.Create();
        var invitation = new Invitation(
            new InvitationId(changes.NewId()), wanted.Place, target.Workspace, wanted.Email, wanted.User, wanted.Role, wanted.Message,
            InvitationStatus.Pending, call.User, now, now + wanted.Life);
        var id = await invitations.AddOrRefreshAsync(invitation, secret.Hash, ct);
        if (await invitations.FindAsync(id, ct) is not { } view) return InvitationErrors.NotFound;
        var link = await post.SendAsync(view, secret, await AddressAsync(wanted.Email, wanted.User, ct), ct);
        await changes.AuditAsync(call, target.Workspace, "invitation.create", "invitation", id.ToString(), InvitationFields.Of(view.Invitation), ct);
        await AnnounceAsync(view.Invitation, isNew: true, ct);
        return new IssuedInvitation(view, wanted.IsLink ? link : null);
    }

    /// <summary>Sends a pending (or expired) invitation again with a new link and a new life; the old link dies.</summary>
    public Task<Result<InvitationView>> ResendAsync(Call call, InvitationPlace place, InvitationId id, CancellationToken ct) =>
        ManageAsync(
            call, place, id,
            async (view, token) =>
            {
                var (invitation, now) = (view.Invitation, changes.Now);
                if (invitation.IsLink) return InvitationErrors.LinkNotSent;
                if (call.Actor.IsGuest) return WorkspaceErrors.Guest;
                var address = await AddressAsync(invitation.Email, invitation.InvitedUser, token);
                if (await post.CountAsync(call.User, invitation.Workspace, address, token) is { } limited) return limited;
                var secret = SecretToken.Create();
                var expiresAt = now + InvitationRules.MaxLife;
                if (!await invitations.RenewAsync(invitation, secret.Hash, expiresAt, now, token)) return InvitationErrors.Gone;
                var renewed = view with { Invitation = invitation with { ExpiresAt = expiresAt, Stored = InvitationStatus.Pending } };
                await post.SendAsync(renewed, secret, address, token);
                var fields = new FieldChanges().Add("expiresAt", invitation.ExpiresAt, expiresAt);
                await changes.AuditAsync(call, invitation.Workspace, "invitation.resend", "invitation", id.ToString(), fields, token);
                await AnnounceAsync(renewed.Invitation, isNew: false, token);
                return renewed;
            },
            ct);

    /// <summary>Takes a pending (or expired) invitation or share link back.</summary>
    public async Task<Result<Done>> RevokeAsync(Call call, InvitationPlace place, InvitationId id, CancellationToken ct)
    {
        var revoked = await ManageAsync(
            call, place, id,
            async (view, token) =>
            {
                var invitation = view.Invitation;
                if (!await invitations.SettleAsync(invitation, InvitationStatus.Revoked, evenExpired: true, changes.Now, token)) return InvitationErrors.Gone;
                var fields = new FieldChanges().Add("status", "pending", "revoked");
                await changes.AuditAsync(call, invitation.Workspace, "invitation.revoke", "invitation", id.ToString(), fields, token);
                await AnnounceAsync(invitation, isNew: false, token);
                return view;
            },
            ct);
        return revoked.Map(_ => default(Done));
    }

    private Task<Result<InvitationView>> ManageAsync(
        Call call, InvitationPlace place, InvitationId id, Func<InvitationView, CancellationToken, Task<Result<InvitationView>>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<InvitationView>(
            async token =>
            {
                var found = await targets.RequireAsync(call.Actor, place, token);
                if (!found.TryGet(out var target, out var refused)) return refused;
                // An id from elsewhere does not exist here, and nobody handles an invitation to more than he is.
                if (await invitations.FindAsync(id, token) is not { } view || view.Invitation.Place != place) return InvitationErrors.NotFound;
                if (!target.CanGrant(view.Invitation.Role)) return WorkspaceErrors.GrantTooStrong;
                if (view.Invitation.Stored is not (InvitationStatus.Pending or InvitationStatus.Expired)) return InvitationErrors.Gone;
                return await work(view, token);
            },
            ct);
    }

    private async Task<string?> AddressAsync(string? email, UserId? user, CancellationToken ct) =>
        email ?? (user is { } id ? (await people.FindAsync(id, ct))?.Email : null);

    private async Task AnnounceAsync(Invitation invitation, bool isNew, CancellationToken ct)
    {
        var invitee = invitation.InvitedUser;
        if (invitee is null && invitation.Email is { } email
            && await people.FindByEmailAsync(email, ct) is { } person && (person.EmailVerified || !rules.RequireVerifiedEmail))
        {
            invitee = person.Id;
        }
        changes.Publish(new InvitationChanged(invitation.Id, invitee, invitation.InvitedBy, isNew));
    }
}
