using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Live;
using CollabHub.Domain.People;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Invitations;

/// <summary>Invitations as the clock sees them.</summary>
public interface IDueInvitations
{
    /// <summary>Pending ones whose time is over, longest first.</summary>
    Task<IReadOnlyList<Invitation>> DueAsync(DateTimeOffset now, int take, CancellationToken ct);

    /// <summary>Notes that one has expired, if it is still pending and its time is over; of many that try, exactly one hears true.</summary>
    Task<bool> ExpireAsync(Invitation seen, DateTimeOffset now, CancellationToken ct);
}

/// <summary>Writes down that invitations have expired, and tells both sides. Everyone sees them as expired from the moment itself.</summary>
public sealed class InvitationClock(IDueInvitations invitations, IPeople people, InvitationRules rules, Changes changes)
{
    private const int Batch = 100;
    private static readonly Call ByTheClock = new(Actor.Anonymous, new CallOrigin(null, null));

    /// <summary>Looks once at all invitations that are due; answers how many it changed.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var changed = 0;
        IReadOnlyList<Invitation> due;
        do
        {
            due = await invitations.DueAsync(changes.Now, Batch, ct);
            var before = changed;
            foreach (var invitation in due)
            {
                if (await ExpireAsync(invitation, ct)) changed++;
            }
            if (changed == before) break;
        }
        while (due.Count == Batch);
        return changed;
    }

    private async Task<bool> ExpireAsync(Invitation invitation, CancellationToken ct)
    {
        var expired = await changes.RunAsync<bool>(
            async token =>
            {
                if (!await invitations.ExpireAsync(invitation, changes.Now, token)) return false;
                var fields = new FieldChanges().Add("status", "pending", "expired");
                await changes.AuditAsync(ByTheClock, invitation.Workspace, "invitation.expire", "invitation", invitation.Id.ToString(), fields, token);
                changes.Publish(new InvitationChanged(invitation.Id, await InviteeAsync(invitation, token), invitation.InvitedBy, IsNew: false));
                return true;
            },
            ct);
        return expired.Value;
    }

    private async Task<UserId?> InviteeAsync(Invitation invitation, CancellationToken ct)
    {
        if (invitation.InvitedUser is { } user) return user;
        if (invitation.Email is null || await people.FindByEmailAsync(invitation.Email, ct) is not { } person) return null;
        return person.EmailVerified || !rules.RequireVerifiedEmail ? person.Id : null;
    }
}
