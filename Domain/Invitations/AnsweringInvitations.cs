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

/// <summary>Accepts and declines invitations.</summary>
public sealed class AnsweringInvitations(
    InvitationTargets targets, IInvitationStore invitations, IPeople people, Admission admission, InvitationRules rules, Changes changes)
{
    /// <summary>Accepts, as the person addressed (by account, or by an address that is verified where that is required).</summary>
    public Task<Result<InvitationView>> AcceptAsync(Call call, InvitationId id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<InvitationView>(
            async token =>
            {
                var found = await AddressedAsync(call, id, token);
                return found.TryGet(out var view, out var refused) ? await AcceptAsync(call, view, mailed: false, token) : refused;
            },
            ct);
    }

    /// <summary>
    /// Accepts with the token of a link. A mailed link proves the mailbox: the account of that address becomes verified, another one
    /// is refused. A share link takes anyone who is signed in, as often as it is good.
    /// </summary>
    public Task<Result<InvitationView>> AcceptByTokenAsync(Call call, string presented, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<InvitationView>(
            async token =>
            {
                if (await invitations.FindByTokenAsync(SecretToken.HashOf(presented), token) is not { } view) return InvitationErrors.NotFound;
                if (view.Invitation.StatusAt(changes.Now) != InvitationStatus.Pending) return InvitationErrors.Gone;
                if (await people.FindAsync(call.User, token) is not { IsActive: true } person) return InvitationErrors.OtherPerson;
                if (!view.Invitation.IsLink && !IsFor(view.Invitation, person)) return InvitationErrors.OtherPerson;
                return await AcceptAsync(call, view, mailed: !view.Invitation.IsLink, token);
            },
            ct);
    }

    /// <summary>Declines, as the person addressed.</summary>
    public Task<Result<InvitationView>> DeclineAsync(Call call, InvitationId id, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(call);
        return changes.RunAsync<InvitationView>(
            async token =>
            {
                var found = await AddressedAsync(call, id, token);
                if (!found.TryGet(out var view, out var refused)) return refused;
                var invitation = view.Invitation;
                if (!await invitations.SettleAsync(invitation, InvitationStatus.Declined, evenExpired: false, changes.Now, token)) return InvitationErrors.Gone;
                var fields = new FieldChanges().Add("status", "pending", "declined");
                await changes.AuditAsync(call, invitation.Workspace, "invitation.decline", "invitation", id.ToString(), fields, token);
                changes.Publish(new InvitationChanged(id, call.User, invitation.InvitedBy, IsNew: false));
                return view with { Invitation = invitation with { Stored = InvitationStatus.Declined } };
            },
            ct);
    }

    private async Task<Result<InvitationView>> AcceptAsync(Call call, InvitationView view, bool mailed, CancellationToken ct)
    {
        var invitation = view.Invitation;
        var now = changes.Now;
        if (call.Actor.IsGuest && invitation.Place.Session is null) return WorkspaceErrors.Guest;
        if (await RefusalOfInviterAsync(invitation, ct) is { } refused) return refused;
        var after = invitation;
        if (!invitation.IsLink)
        {
            if (!await invitations.SettleAsync(invitation, InvitationStatus.Accepted, evenExpired: false, now, ct)) return InvitationErrors.Gone;
            after = invitation with { Stored = InvitationStatus.Accepted };
        }
        if (mailed) await people.MarkEmailVerifiedAsync(call.User, now, ct);
        var admitted = await admission.AdmitAsync(invitation, call.User, now, ct);
        var fields = new FieldChanges().Add("status", "pending", after.Stored.ToName()).Set("userId", call.User.ToString()).Set("role", invitation.Role.ToName());
        await changes.AuditAsync(call, invitation.Workspace, "invitation.accept", "invitation", invitation.Id.ToString(), fields, ct);
        Announce(invitation, call.User, admitted);
        return view with { Invitation = after };
    }

    /// <summary>The invitation gives what its inviter could give now, and no more.</summary>
    private async Task<CollabError?> RefusalOfInviterAsync(Invitation invitation, CancellationToken ct)
    {
        if (await people.FindAsync(invitation.InvitedBy, ct) is not { IsActive: true } inviter) return InvitationErrors.Void;
        var rights = await targets.RequireAsync(new Actor(inviter.Id, inviter.IsGuest), invitation.Place, ct);
        if (!rights.TryGet(out var target, out _) || !target.CanGrant(invitation.Role)) return InvitationErrors.Void;
        return target.IsEnded ? SessionErrors.Ended : null;
    }

    private async Task<Result<InvitationView>> AddressedAsync(Call call, InvitationId id, CancellationToken ct)
    {
        if (await invitations.FindAsync(id, ct) is not { } view) return InvitationErrors.NotFound;
        if (await people.FindAsync(call.User, ct) is not { IsActive: true } person || !IsFor(view.Invitation, person)) return InvitationErrors.NotFound;
        if (view.Invitation.InvitedUser != person.Id && rules.RequireVerifiedEmail && !person.EmailVerified) return InvitationErrors.EmailUnverified;
        return view.Invitation.StatusAt(changes.Now) == InvitationStatus.Pending ? view : InvitationErrors.Gone;
    }

    private static bool IsFor(Invitation invitation, Person person) =>
        invitation.InvitedUser == person.Id
        || (invitation.Email is { } email && string.Equals(email, person.Email, StringComparison.OrdinalIgnoreCase));

    private void Announce(Invitation invitation, UserId user, bool admitted)
    {
        changes.Publish(new InvitationChanged(invitation.Id, user, invitation.InvitedBy, IsNew: false));
        if (!admitted) return;
        changes.Publish(new AccessChanged(user, invitation.Workspace, invitation.Place.Session));
        if (invitation.Place.Session is { } session) changes.Publish(new ParticipantChanged(session, user));
        else changes.Publish(new MembershipChanged(invitation.Workspace, user, invitation.Role.ToName()));
    }
}
