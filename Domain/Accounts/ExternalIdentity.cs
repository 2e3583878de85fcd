using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Accounts;

/// <summary>What an external provider said of the person that it signed in.</summary>
/// <param name="Provider">Its configured name, such as <c>github</c>.</param>
/// <param name="Subject">The person's id there, which never changes.</param>
/// <param name="Email">As <see cref="EmailAddress.Normalize"/> returns it; null when it gave none.</param>
/// <param name="EmailVerified">Whether the provider has checked that the person reads that mailbox.</param>
/// <param name="Username">What the person is called there, a wish for the user name here.</param>
/// <param name="FirstName">Given name.</param>
/// <param name="LastName">Family name.</param>
public sealed record ExternalIdentity(
    string Provider, string Subject, string? Email, bool EmailVerified, string? Username, string? FirstName, string? LastName);

/// <summary>An identity that was proved a moment ago, to be used once.</summary>
/// <param name="Id">What is unique in it, random.</param>
/// <param name="Identity">Who.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record ExternalGrant(string Id, ExternalIdentity Identity, DateTimeOffset ExpiresAt);

/// <summary>Which account belongs to which external identity; at most one of each other.</summary>
public interface IExternalIdentityStore
{
    /// <summary>The account of an identity, inactive ones included; or null.</summary>
    Task<UserId?> FindAsync(string provider, string subject, CancellationToken ct);

    /// <summary>Links; <see cref="AccountErrors.ExternalLinkedElsewhere"/> when another account has the identity, <see cref="AccountErrors.ExternalHasAnother"/> when this one has another.</summary>
    Task<Result<Done>> LinkAsync(UserId user, string provider, string subject, DateTimeOffset now, CancellationToken ct);

    /// <summary>Takes the link away; false when there is none to that provider.</summary>
    Task<bool> UnlinkAsync(UserId user, string provider, DateTimeOffset now, CancellationToken ct);
}
