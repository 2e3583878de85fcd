using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Editing;

namespace CollabHub.Hubs.Realtime;

/// <summary>Roles on files, read from the tables at every question.</summary>
public sealed class FileRoleReader(IServiceScopeFactory scopes) : IFileRoles
{
    /// <inheritdoc/>
    public async Task<Role> RoleAsync(UserId user, FileId file, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var access = await scope.ServiceProvider.GetRequiredService<IAccessStore>().ForFileAsync(user, file, ct);
        return access?.OnFiles ?? Role.None;
    }
}
