using System.Security.Cryptography;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>Accounts and signing in.</summary>
public static class AccountsRegistration
{
    private const int SuccessionKeyBytes = 32;

    /// <summary>Registers use cases and stores.</summary>
    public static void AddAccounts(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.Services
            .AddSingleton(new SignInRules(TimeSpan.FromDays(settings.Auth.RefreshTokenDays), TimeSpan.FromDays(settings.Auth.RefreshTokenIdleDays))
            {
                MostFailures = settings.Limits.ConsecutiveFailedLogins,
            })
            .AddSingleton(new LetterLimits(settings.Limits.AccountMailsPerAccount))
            .AddSingleton<IAccountLinks>(new AccountLinks(settings.Email.BaseUrl))
            .AddSingleton<LetterSeal>()
            .AddSingleton<LetterSignal>()
            .AddHostedService<LetterWriting>()
            .AddScoped<ILetterRequests, LetterRequests>()
            .AddSingleton(services => new RefreshSuccession([.. services.GetRequiredService<SigningKey>().Accepted.Select(SuccessionKey)]))
            .AddSingleton<IPasswordHashing, PasswordHashing>()
            .AddSingleton<ISignInThrottle, SignInThrottle>()
            .AddScoped<IUserStore, UserStore>()
            .AddScoped<IRefreshTokenStore, RefreshTokenStore>()
            .AddScoped<IOneTimeTokenStore, OneTimeTokenStore>()
            .AddScoped<IAuditLog, AuditLog>()
            .AddScoped<SignIns>()
            .AddScoped<Registering>()
            .AddScoped<LoggingIn>()
            .AddScoped<Refreshing>()
            .AddScoped<Profiles>()
            .AddScoped<PasswordChange>()
            .AddScoped<AccountLetters>()
            .AddScoped<AskingForLetters>()
            .AddScoped<EmailVerification>()
            .AddScoped<PasswordReset>()
            .AddScoped<IAccountErasure, AccountErasure>()
            .AddScoped<DeletingAccounts>();
    }

    // A key of its own purpose, so that neither use of the signing key can help against the other.
    private static byte[] SuccessionKey(SecurityKey key) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, ((SymmetricSecurityKey)key).Key, SuccessionKeyBytes, info: "collabhub refresh succession"u8.ToArray());
}
