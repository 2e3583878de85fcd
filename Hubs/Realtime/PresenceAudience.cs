using CollabHub.Domain;
using CollabHub.Domain.Presence;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Presence over the session hub: every connection to this node that joined the session hears it; the other nodes tell theirs.</summary>
public sealed partial class PresenceAudience(DefaultHubLifetimeManager<SessionHub> here, ILogger<PresenceAudience> logger) : IPresenceAudience
{
    /// <inheritdoc/>
    public ValueTask JoinedAsync(SessionId session, PresentParticipant participant) =>
        SendAsync(session, nameof(ISessionClient.ParticipantJoined), new ParticipantEvent(session.Value, ParticipantFrame.From(participant)));

    /// <inheritdoc/>
    public ValueTask LeftAsync(SessionId session, PresentParticipant participant) =>
        SendAsync(session, nameof(ISessionClient.ParticipantLeft), new ParticipantEvent(session.Value, ParticipantFrame.From(participant)));

    /// <inheritdoc/>
    public ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants) =>
        SendAsync(session, nameof(ISessionClient.PresenceChanged), new PresenceEvent(session.Value, [.. participants.Select(ParticipantFrame.From)]));

    private async ValueTask SendAsync(SessionId session, string method, object message)
    {
        try
        {
            await here.SendGroupAsync(HubGroups.Session(session), method, [message]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The roster stays right; who missed this hears the next change.
            LogSendFailed(exception, session);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Presence of session {Session} could not be sent.", EventName = "PresenceSendFailed")]
    private partial void LogSendFailed(Exception exception, SessionId session);
}
