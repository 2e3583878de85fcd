using CollabHub.Domain.Operations;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Operations;

/// <summary>What operators see and do.</summary>
public static class OperationsRegistration
{
    /// <summary>Registers the use cases.</summary>
    public static void AddOperations(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var needVerified = settings.Auth.RequireVerifiedEmail ?? !string.IsNullOrEmpty(settings.Email.Smtp.Host);
        if (!string.IsNullOrEmpty(settings.Ops.AuditHeadsFile)) builder.Services.AddSingleton(settings.Ops).AddHostedService<AuditHeadCopies>();
        builder.Services
            .AddSingleton(new OperatorRules(settings.Ops.Admins, needVerified))
            .AddScoped<Operators>()
            .AddScoped<OperatingAccounts>()
            .AddScoped<WatchingOperations>();
    }
}
