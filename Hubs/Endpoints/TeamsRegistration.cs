using CollabHub.Domain.Audit;
using CollabHub.Domain.Invitations;
using CollabHub.Domain.Limits;
using CollabHub.Domain.People;
using CollabHub.Domain.Security;
using CollabHub.Domain.Sessions;
using CollabHub.Domain.Storage;
using CollabHub.Domain.Workspaces;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Realtime;
using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.Endpoints;

/// <summary>Workspaces, members, sessions and invitations.</summary>
public static class TeamsRegistration
{
    /// <summary>Registers use cases and stores.</summary>
    public static void AddTeams(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<UuidConstraint>("uuid"));
        builder.Services
            .AddSingleton(TeamLimitsOf(settings.Limits))
            .AddSingleton(new InvitationRules(settings.Auth.RequireVerifiedEmail ?? !string.IsNullOrEmpty(settings.Email.Smtp.Host)))
            .AddSingleton<IInvitationLinks>(new InvitationLinks(settings.Email.BaseUrl))
            .AddSingleton<IRateLimiter, SlidingWindows>()
            .AddSingleton(new AuditLimits(settings.Limits.AuditRunsPerUserAndMinute))
            .AddScoped<IAuditTrail, AuditTrail>()
            .AddScoped<AuditVerification>()
            .AddScoped<ReadingAudit>()
            .AddSingleton(new SessionClockRules(TimeSpan.FromMinutes(settings.Limits.SessionIdleMinutes), TimeSpan.FromMinutes(settings.Limits.SessionEndMinutes)))
            .AddScoped<IQuietSessions, QuietSessions>()
            .AddScoped<SessionClock>()
            .AddScoped<IDueInvitations, DueInvitations>()
            .AddScoped<InvitationClock>()
            .AddHostedService<ClockSweeps>()
            .AddScoped<WorkspacePresence>()
            .AddSingleton(new DeniedLimits(settings.Limits.DeniedRowsPerUserAndMinute))
            .AddScoped<DeniedAttempts>()
            .AddScoped<Changes>()
            .AddScoped<IPeople, PeopleStore>()
            .AddScoped<IWorkspaceStore, WorkspaceStore>()
            .AddScoped<IMemberStore, MemberStore>()
            .AddScoped<ISessionStore, SessionStore>()
            .AddScoped<IParticipantStore, ParticipantStore>()
            .AddScoped<IInvitationStore, InvitationStore>()
            .AddScoped<WorkspaceQueries>()
            .AddScoped<CreatingWorkspaces>()
            .AddScoped<ManagingWorkspaces>()
            .AddScoped<TransferringWorkspaces>()
            .AddScoped<ManagingMembers>()
            .AddScoped<SessionQueries>()
            .AddScoped<OpeningSessions>()
            .AddScoped<ManagingSessions>()
            .AddScoped<JoiningSession>()
            .AddScoped<ManagingParticipants>()
            .AddScoped<InvitationTargets>()
            .AddScoped<InvitationPost>()
            .AddScoped<Admission>()
            .AddScoped<Inviting>()
            .AddScoped<AnsweringInvitations>()
            .AddScoped<InvitationQueries>();
    }

    /// <summary>Maps the routes.</summary>
    public static void MapTeams(this IEndpointRouteBuilder routes)
    {
        routes.MapWorkspaces();
        routes.MapDocuments();
        routes.MapMembers();
        routes.MapWorkspaceInvitations();
        routes.MapSessions();
        routes.MapParticipants();
        routes.MapSessionInvitations();
        routes.MapInvitations();
        routes.MapAudit();
        routes.MapPresence();
    }

    private static TeamLimits TeamLimitsOf(LimitsOptions limits) => new()
    {
        WorkspacesPerUser = limits.WorkspacesPerUser,
        OpenSessionsPerUser = limits.OpenSessionsPerUser,
        OpenInvitationsPerUser = limits.OpenInvitationsPerUser,
        InvitationsPerCall = limits.InvitationsPerCall,
        InvitationsPerUserAndHour = limits.InvitationsPerUserAndHour,
        InvitationsPerWorkspaceAndDay = limits.InvitationsPerWorkspaceAndDay,
        InvitationsPerAddressAndDay = limits.InvitationsPerAddressAndDay,
    };

    private sealed class InvitationLinks(string baseUrl) : IInvitationLinks
    {
        public string For(SecretToken token) => $"{baseUrl.TrimEnd('/')}/invite#token={token.Text}";
    }
}
