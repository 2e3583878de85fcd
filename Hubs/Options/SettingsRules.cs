using CollabHub.Persistence.Relational.Postgres;
using CollabHub.Hubs.Telemetry;
using MimeKit;

namespace CollabHub.Hubs.Options;

/// <summary>The rules that a type and a bound cannot say.</summary>
internal static class SettingsRules
{
    private const int SigningKeyBytes = 32;
    private const int NodeNameLength = 100;

    public static void Check(Settings settings, SettingsReader found)
    {
        if (settings.ConnectionStrings.Postgres is { } postgres && PostgresDatabase.ProblemOf(postgres) is { } problem)
        {
            found.Refuse("ConnectionStrings:Postgres", problem);
        }
        CheckAuth(settings.Auth, found);
        CheckEmail(settings.Email, found);
        DeployRules.Check(settings.Deploy, found);
        TelemetryOptions.Check(settings.Telemetry, found);
        for (var i = 0; i < settings.Ops.Admins.Length; i++)
        {
            if (!IsAddress(settings.Ops.Admins[i])) found.Refuse($"Ops:Admins:{i}", "must be an e-mail address");
        }
        if (settings.Node.Name is { } name && (name.Length > NodeNameLength || name.Any(char.IsControl)))
        {
            found.Refuse("Node:Name", $"must be 1 to {NodeNameLength} printable characters");
        }
    }

    private static void CheckAuth(AuthOptions auth, SettingsReader found)
    {
        if (auth.SigningKey is { } key)
        {
            var bytes = new byte[key.Length];
            if (!Convert.TryFromBase64String(key, bytes, out var length)) found.Refuse("Auth:SigningKey", "is not base64");
            else if (length < SigningKeyBytes) found.Refuse("Auth:SigningKey", $"must be at least {SigningKeyBytes} bytes, base64-encoded");
        }
        if (auth.RefreshTokenIdleDays > auth.RefreshTokenDays)
        {
            found.Refuse("Auth:RefreshTokenIdleDays", "must not be more than Auth:RefreshTokenDays");
        }
    }

    private static void CheckEmail(EmailOptions email, SettingsReader found)
    {
        if (!Uri.TryCreate(email.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            found.Refuse("Email:BaseUrl", "must be an absolute http or https URL without query and fragment");
        }
        if (!IsAddress(email.From)) found.Refuse("Email:From", "must be an e-mail address, with or without a name");
        if (email.Smtp.Security is not ("auto" or "none" or "startTls" or "tls"))
        {
            found.Refuse("Email:Smtp:Security", "must be auto, none, startTls or tls");
        }
        if (email.Smtp.UserName is not null && email.Smtp.Password is null) found.Refuse("Email:Smtp:Password", "is missing though Email:Smtp:UserName is set");
    }

    private static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var address) && address.Address.Contains('@', StringComparison.Ordinal);
}
