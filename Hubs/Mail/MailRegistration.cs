using CollabHub.Domain.Mail;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Storage;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.Options;

namespace CollabHub.Hubs.Mail;

/// <summary>Mail: queued in transactions, delivered after them.</summary>
public static class MailRegistration
{
    /// <summary>Registers queue, transport and delivery.</summary>
    public static void AddMail(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddScoped<Outbox>()
            .AddScoped<IMailQueue, MailQueue>()
            .AddSingleton<MailSeal>()
            .AddSingleton<MailSignal>()
            .AddSingleton(Transport)
            .AddHostedService<MailDelivery>();
    }

    private static IMailTransport Transport(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<EmailOptions>>();
        if (options.Value.Smtp.Host is not null) return new SmtpTransport(options);
        return new PickupTransport(options.Value.PickupDirectory ?? services.GetRequiredService<DataDirectory>().Folder("mail"));
    }
}
