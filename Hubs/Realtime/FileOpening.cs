using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Errors;
using CollabHub.Domain.People;
using CollabHub.Domain.Presence;
using CollabHub.Domain.UserSessions;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.Realtime;

/// <summary>Lets a signed-in person into a file's room; the one way in for the session hub and the Yjs sockets.</summary>
public sealed class FileOpening(
    IServiceScopeFactory scopes, RoomDirectory rooms, OpenFileCount open, IWorkspaceActivity activity, StayRegister stays, ConnectionLimits connections,
    LimitsOptions limits, IRelationalDatabase database, TimeProvider time)
{
    /// <summary>The role of a person on a file; <see cref="Role.None"/> when there is no such file for him.</summary>
    public async Task<Role> RoleAsync(UserId user, FileId file, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var access = await scope.ServiceProvider.GetRequiredService<IAccessStore>().ForFileAsync(user, file, ct);
        return access?.OnFiles ?? Role.None;
    }

    /// <summary>Checks the right to read, enters the room and joins it.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="file">The file.</param>
    /// <param name="stateVector">What the caller has; null when it asks for that by itself later.</param>
    /// <param name="echo">Whether the author's own updates come back after the commit.</param>
    /// <param name="line">The line of the connection that asks.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The open file, <c>file.not_found</c>, <c>file.full</c>, <c>file.crowded</c>, <c>file.too_many_open</c>, <c>store.unavailable</c> or <c>edit.malformed</c> for a bad state vector.</returns>
    public async Task<Result<OpenFile>> OpenAsync(Actor actor, FileId file, ReadOnlyMemory<byte>? stateVector, bool echo, Line line, CancellationToken ct)
    {
        if (actor.User is not { } user) return AccessErrors.FileNotFound;
        try
        {
            var (role, name) = await ReadAsync(user, file, ct);
            if (!AccessPolicy.Allows(role, Permission.FilesRead)) return AccessErrors.FileNotFound;
            return await CountAsync(user, closed => EnterAsync(user, role, name, file, stateVector, echo, line, closed, ct));
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            return EditErrors.StoreUnavailable;
        }
    }

    /// <summary>Opens a file within the person's bound; what did not open does not count.</summary>
    private async Task<Result<OpenFile>> CountAsync(UserId user, Func<Action, Task<Result<OpenFile>>> enter)
    {
        if (connections.OpenFile(user) is not { } closed) return EdgeErrors.TooManyOpen;
        var isOpen = false;
        try
        {
            var opened = await enter(closed);
            isOpen = opened.Error is null;
            return opened;
        }
        finally
        {
            if (!isOpen) closed();
        }
    }

    private async Task<Result<OpenFile>> EnterAsync(
        UserId user, Role role, string name, FileId file, ReadOnlyMemory<byte>? stateVector, bool echo, Line line, Action closed, CancellationToken ct)
    {
        var entered = await rooms.EnterAsync(file, ct);
        if (!entered.TryGet(out var lease, out var error)) return error;
        var color = PersonColor.Of(user);
        var subscription = new FileSubscription(user, new AwarenessUser(user.ToString(), name, color.Color, color.Light), echo, rooms.Options);
        var joined = await lease.Room.JoinAsync(subscription, role, stateVector, ct);
        if (joined.Error is { } refused)
        {
            lease.Dispose();
            return refused;
        }
        // The role may have changed between the look and the join: the room asks once more now that changes reach it.
        lease.Room.ReviewRoles(user, (who, token) => RoleAsync(who, file, token));
        activity.Count(lease.Room.Workspace, DocumentCounters.Opens);
        return new OpenFile(lease, subscription, line, open.Enter() + closed + stays.OpenFile(lease.Room.Workspace, user), limits, time);
    }

    private async Task<(Role Role, string Name)> ReadAsync(UserId user, FileId file, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var access = await scope.ServiceProvider.GetRequiredService<IAccessStore>().ForFileAsync(user, file, ct);
        var person = await scope.ServiceProvider.GetRequiredService<IPeople>().FindAsync(user, ct);
        return person is { IsActive: true } ? (access?.OnFiles ?? Role.None, person.DisplayName) : (Role.None, "");
    }
}
