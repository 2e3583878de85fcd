using CollabHub.Domain.Access;

namespace CollabHub.Domain.Editing;

/// <summary>Where rooms read roles again; always current, never cached.</summary>
public interface IFileRoles
{
    /// <summary>The role of a person on a file; <see cref="Role.None"/> when there is no such file for him. Throws when the store cannot tell.</summary>
    Task<Role> RoleAsync(UserId user, FileId file, CancellationToken ct);
}
