using CollabHub.Domain.Security;

namespace CollabHub.Domain.Invitations;

/// <summary>Where an invitation's link leads: always under the configured base URL, never under a request's Host.</summary>
public interface IInvitationLinks
{
    /// <summary>The page that takes the token, which stands in the fragment so that no server or proxy logs it.</summary>
    string For(SecretToken token);
}
