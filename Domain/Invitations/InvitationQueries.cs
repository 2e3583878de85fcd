using CollabHub.Domain.Access;
using CollabHub.Domain.Errors;
using CollabHub.Domain.People;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Domain.Invitations;

/// <summary>Reads invitations.</summary>
public sealed class InvitationQueries(
    InvitationTargets targets, IInvitationStore invitations, IPeople people, InvitationRules rules, TimeProvider clock)
{
    /// <summary>All invitations into a place, for those who manage them.</summary>
    public async Task<Result<IReadOnlyList<InvitationView>>> ListAsync(Actor actor, InvitationPlace place, Slice slice, CancellationToken ct)
    {
        var found = await targets.RequireAsync(actor, place, ct);
        return found.TryGet(out _, out var refused)
            ? Result<IReadOnlyList<InvitationView>>.Of(await invitations.ListAsync(place, slice, ct))
            : refused;
    }

    /// <summary>Those addressed to the caller: to his account, or to his address when it is verified (where that is required).</summary>
    public async Task<IReadOnlyList<InvitationView>> MineAsync(UserId user, InvitationStatus? status, Slice slice, CancellationToken ct)
    {
        var person = await people.FindAsync(user, ct);
        var email = person is { Email: { } address } && (person.EmailVerified || !rules.RequireVerifiedEmail) ? address : null;
        return await invitations.ListForPersonAsync(user, email, status, clock.GetUtcNow(), slice, ct);
    }

    /// <summary>The invitation whoever asks; for deliveries to the people it names. Null when it is gone.</summary>
    public Task<InvitationView?> FindAsync(InvitationId id, CancellationToken ct) => invitations.FindAsync(id, ct);

    /// <summary>What the holder of a link may know; 404 for an unknown token, 410 for one that is no longer good.</summary>
    public async Task<Result<InvitationView>> ByTokenAsync(string presented, CancellationToken ct)
    {
        if (await invitations.FindByTokenAsync(SecretToken.HashOf(presented), ct) is not { } view) return InvitationErrors.NotFound;
        return view.Invitation.StatusAt(clock.GetUtcNow()) == InvitationStatus.Pending ? view : InvitationErrors.Gone;
    }
}
