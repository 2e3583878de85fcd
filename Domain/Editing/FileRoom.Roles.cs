using CollabHub.Domain.Access;

namespace CollabHub.Domain.Editing;

/// <summary>Roles on live connections: read again when they changed, and before anything is taken or shown on an old one.</summary>
public sealed partial class FileRoom
{
    private const int MaxHeldBack = 1000;

    private readonly List<Action> _heldBack = [];
    // Read beside the loop by reviews.
    private long _rolesReadAt;
    private readonly List<TaskCompletionSource<bool>> _awaitingReview = [];
    private bool _reviewing;
    private bool _reviewAgain;

    private bool AreRolesCurrent =>
        _services.Lease.IsHeld || _services.Roles is null || _services.Time.GetElapsedTime(Interlocked.Read(ref _rolesReadAt)) <= IAccessLease.LifeTime;

    /// <summary>
    /// Asks again what everyone of <paramref name="user"/> (or, for null, everyone) may do; answers arrive as role frames, or as closed
    /// frames with <paramref name="lostCode"/> for those who may not read any more.
    /// </summary>
    public void ReviewRoles(UserId? user, Func<UserId, CancellationToken, Task<Role>> roleOf, string lostCode = ClosedCodes.AccessRevoked) =>
        Post(() =>
        {
            var concerned = _subscribers.Select(s => s.User).Where(u => user is null || u == user).Distinct().ToList();
            if (concerned.Count > 0) Beside(() => ReviewAsync(concerned, roleOf, isRoutine: false, lostCode));
        });

    /// <summary>Reads every role again unless that was done within half of the lease's life.</summary>
    internal void ReviewRoutinely() => Post(() =>
    {
        if (_services.Time.GetElapsedTime(Interlocked.Read(ref _rolesReadAt)) > IAccessLease.LifeTime / 2) ReviewEveryone();
    });

    /// <summary>Reads every role again, from now on; whether all of them could be read. Nothing is left to read in a room that is over.</summary>
    internal async Task<bool> ReviewAsync()
    {
        var reviewed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var posted = Post(() =>
        {
            _awaitingReview.Add(reviewed);
            // One that is under way may have read before now.
            if (_reviewing) _reviewAgain = true;
            else ReviewEveryone();
        });
        return !posted || await OrEndAsync(reviewed, static reviewed => reviewed.TrySetResult(true));
    }

    private void ReviewEveryone()
    {
        if (_reviewing) return;
        if (_services.Roles is not { } roles)
        {
            EndReviews(areRead: true);
            return;
        }
        _reviewing = true;
        var started = _services.Time.GetTimestamp();
        var everyone = _subscribers.Select(s => s.User).Distinct().ToList();
        Beside(ReviewEveryoneAsync);

        async Task ReviewEveryoneAsync()
        {
            var areRead = await ReviewAsync(everyone, (user, ct) => roles.RoleAsync(user, File, ct), isRoutine: true);
            Post(() => OnReviewed(started, areRead));
        }
    }

    private void OnReviewed(long started, bool areRead)
    {
        _reviewing = false;
        if (_reviewAgain)
        {
            _reviewAgain = false;
            ReviewEveryone();
            return;
        }
        EndReviews(areRead);
        // Who joined meanwhile was let in by a role that is at least as new.
        if (areRead) Interlocked.Exchange(ref _rolesReadAt, started);
        var held = _heldBack.ToList();
        _heldBack.Clear();
        // Whatever has to wait again lines up again, in the same order.
        foreach (var work in held) work();
    }

    private void EndReviews(bool areRead)
    {
        foreach (var waiting in _awaitingReview) waiting.TrySetResult(areRead);
        _awaitingReview.Clear();
    }

    /// <summary>Keeps a sender's work until roles have been read again; false when too much waits already.</summary>
    private bool HoldBack(Action work)
    {
        if (_heldBack.Count >= MaxHeldBack) return false;
        _heldBack.Add(work);
        ReviewEveryone();
        return true;
    }

    /// <returns>Whether everyone's role was read.</returns>
    private async Task<bool> ReviewAsync(
        List<UserId> users, Func<UserId, CancellationToken, Task<Role>> roleOf, bool isRoutine, string lostCode = ClosedCodes.AccessRevoked)
    {
        var areRead = true;
        foreach (var user in users)
        {
            Role? role;
            try
            {
                role = await roleOf(user, CancellationToken.None);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                areRead = false;
                // A store that answers nobody changes nothing, and the others would say so if it answered them.
                if (isRoutine && AreRolesCurrent) continue;
                // Access that cannot be confirmed is not given: closed, and asked again when the client comes back.
                _services.Observer.RoleUnknown(File, user, exception);
                role = null;
            }
            Post(() => SetRole(user, role, lostCode));
        }
        return areRead;
    }

    private void SetRole(UserId user, Role? role, string lostCode)
    {
        foreach (var subscriber in _subscribers.Where(s => s.User == user && s.Role != role).ToList())
        {
            if (role is { } known && AccessPolicy.Allows(known, Permission.FilesRead))
            {
                subscriber.Role = known;
                subscriber.Offer(new RoomFrame(RoomFrameKind.Role) { Role = known });
                continue;
            }
            subscriber.Role = Role.None;
            subscriber.Offer(new RoomFrame(RoomFrameKind.Closed) { Code = role is null ? ClosedCodes.RoomFailed : lostCode });
            Drop(subscriber);
        }
    }
}
