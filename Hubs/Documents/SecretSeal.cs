using System.Security.Cryptography;
using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using Microsoft.AspNetCore.DataProtection;

namespace CollabHub.Hubs.Documents;

/// <summary>Seals secrets with the server's keys. Workspace and name are part of the key, so that a sealed text moved elsewhere does not open.</summary>
public sealed class SecretSeal(IDataProtectionProvider protection) : ISecretSeal
{
    /// <inheritdoc/>
    public string Close(WorkspaceId workspace, string name, string value) => Protector(workspace, name).Protect(value);

    /// <inheritdoc/>
    public string? Open(WorkspaceId workspace, string name, string closed)
    {
        try
        {
            return Protector(workspace, name).Unprotect(closed);
        }
        catch (CryptographicException)
        {
            // The caller says which secret has to be set again.
            return null;
        }
    }

    private IDataProtector Protector(WorkspaceId workspace, string name) => protection.CreateProtector("environment", workspace.ToString(), name);
}
