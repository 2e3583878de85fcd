using System.Text.Json.Serialization;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Files;
using CollabHub.Domain.Live;
using CollabHub.Domain.Presence;
using CollabHub.Domain.UserSessions;
using CollabHub.Hubs.Cluster;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Http;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Sockets;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Files, rooms, presence, the session hub and the Yjs sockets.</summary>
public static class EditingRegistration
{
    // What comes from clients meets the bounds of the room; what comes from the log was accepted once and must load.
    private static readonly DocumentOptions StoredDocuments = DocumentOptions.Default with { MaxUpdateBytes = int.MaxValue };

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);
    // What the bus did not bring is there within 2 s, the question and the reading included.
    private static readonly TimeSpan HeadPoll = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Registers everything between the sockets and the edit log.</summary>
    public static void AddEditing(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services
            .AddSingleton(settings.Limits.ToEditingOptions() with { HeadPoll = settings.IsCluster ? HeadPoll : TimeSpan.Zero })
            .AddSingleton(new FileLimits(settings.Limits.FilesPerWorkspace, settings.Limits.WorkspaceBytes))
            .AddSingleton(new PresenceOptions())
            .AddSingleton(settings.Limits)
            .AddSingleton(settings.Limits.ToSocketOptions())
            .AddSingleton<EditingLog>()
            .AddSingleton<IRoomObserver>(services => services.GetRequiredService<EditingLog>())
            .AddSingleton<IEditLogObserver>(services => services.GetRequiredService<EditingLog>())
            .AddSingleton<LiveEventQueue>()
            .AddSingleton<ILiveEvents>(services => services.GetRequiredService<LiveEventQueue>())
            .AddSingleton<IEditLog, EditLog>()
            .AddSingleton(Rooms)
            .AddSingleton<IPresenceAudience, PresenceAudience>()
            .AddSingleton<PresenceRegistry>()
            .AddSingleton<StayRegister>()
            .AddSingleton(new StayNode(settings.Node.Name ?? Environment.MachineName))
            .AddScoped<IUserSessionStore, UserSessionStore>()
            .AddScoped<RecordingStays>()
            .AddHostedService<StayWriter>()
            .AddSingleton<IPresence>(services => services.GetRequiredService<PresenceRegistry>())
            .AddSingleton<IFileRoles, FileRoleReader>()
            .AddSingleton<LiveEffects>()
            .AddSingleton<SessionConnections>()
            .AddSingleton<FileOpening>()
            .AddSingleton<SessionJoining>()
            .AddSingleton<ConnectionExpiry>()
            .AddSingleton<Notifications>()
            .AddSingleton<IUserIdProvider, SubjectUserIds>()
            .AddScoped<IFileStore, FileStore>()
            .AddScoped<FileCatalog>()
            .AddHostedService<LiveEventDispatcher>()
            .AddHostedService<ClusterService>()
            .AddSingleton<OpenFileCount>()
            .AddSingleton<DeniedCalls>()
            .AddSingleton<HubFailures>()
            .AddSingleton<Draining>()
            .AddHostedService(services => services.GetRequiredService<Draining>())
            .AddSingleton<IHostLifetime, DrainingLifetime>();
        builder.Services.AddHealthChecks().AddCheck<EditingHealth>("editing");
        var signalR = builder.Services
            .AddSignalR(hub =>
            {
                hub.EnableDetailedErrors = false;
                hub.KeepAliveInterval = KeepAlive;
                hub.HandshakeTimeout = HandshakeTimeout;
                hub.ClientTimeoutInterval = ClientTimeout;
                hub.StreamBufferCapacity = 1;
                hub.MaximumReceiveMessageSize = settings.Limits.HubMessageBytes;
                hub.AddFilter<HubFailures>();
            })
            // Base64 makes four bytes of three, and a first sync may carry all that was typed offline.
            .AddHubOptions<SessionHub>(hub => hub.MaximumReceiveMessageSize = settings.Limits.SyncBytes * 4L / 3 + 4096)
            .AddJsonProtocol(json =>
            {
                JsonRules.Apply(json.PayloadSerializerOptions);
                json.PayloadSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            })
            .AddMessagePackProtocol(pack => pack.SerializerOptions = HubMessagePack.Options);
        signalR.AddNodes(settings);
    }

    /// <summary>Maps files, the hub and the sockets.</summary>
    public static void MapEditing(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapFiles();
        app.MapLiveHub<SessionHub>("/hubs/session");
        app.MapLiveHub<NotificationHub>("/hubs/notifications");
        app.MapYjs();
        app.MapHocuspocus();
    }

    private static RoomDirectory Rooms(IServiceProvider services)
    {
        var live = services.GetRequiredService<ILiveEvents>();
        return new RoomDirectory(
            services.GetRequiredService<IEditLog>(), services.GetRequiredService<IRoomBus>(), services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<IIdSource>(), services.GetRequiredService<IRoomObserver>(), services.GetRequiredService<EditingOptions>(),
            StoredDocuments, (workspace, file) => live.Publish(new FileChanged(workspace, file)),
            services.GetRequiredService<IAccessLease>(), services.GetRequiredService<IFileRoles>());
    }
}

/// <summary>Users of hub connections by the account's id.</summary>
internal sealed class SubjectUserIds : IUserIdProvider
{
    public string? GetUserId(HubConnectionContext connection) => connection.User.FindFirst(Auth.CollabClaims.Subject)?.Value;
}
