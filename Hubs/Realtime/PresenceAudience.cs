using CollabHub.Domain;
using CollabHub.Domain.Presence;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Presence over the session hub: every connection that joined the session hears it.</summary>
public sealed partial class PresenceAudience(IHubContext<SessionHub, ISessionClient> hub, ILogger<PresenceAudience> logger) : IPresenceAudience
{
    /// <inheritdoc/>
    public ValueTask JoinedAsync(SessionId session, PresentParticipant participant) =>
        SendAsync(session, client => client.ParticipantJoined(new ParticipantEvent(session.Value, ParticipantFrame.From(participant))));

    /// <inheritdoc/>
    public ValueTask LeftAsync(SessionId session, PresentParticipant participant) =>
        SendAsync(session, client => client.ParticipantLeft(new ParticipantEvent(session.Value, ParticipantFrame.From(participant))));

    /// <inheritdoc/>
    public ValueTask ChangedAsync(SessionId session, IReadOnlyList<PresentParticipant> participants) =>
        SendAsync(session, client => client.PresenceChanged(new PresenceEvent(session.Value, [.. participants.Select(ParticipantFrame.From)])));

    private async ValueTask SendAsync(SessionId session, Func<ISessionClient, Task> send)
    {
        try
        {
            await send(hub.Clients.Group(HubGroups.Session(session)));
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
