using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Mail;
using CollabHub.Domain.Security;
using CollabHub.Domain.Storage;

namespace CollabHub.Tests.Unit.Accounts;

/// <summary>The time of a refused sign-in is that of one hash, one lookup and one row, whatever was wrong; so it tells nothing.</summary>
public class LoggingInTests
{
    private static readonly User Ada = new()
    {
        Id = new UserId(Guid.CreateVersion7()), Email = "ada@example.org", PasswordHash = "the hash", Username = "ada", CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Fact]
    public async Task At_the_ceiling_the_right_password_costs_and_says_the_same_and_the_owner_is_told_once()
    {
        var world = new World(Ada with { FailedLogins = 99 });
        var logging = new LoggingIn(world, world, world, null!, new SignInRules(TimeSpan.FromDays(30), TimeSpan.FromDays(7)), world, world, world, world, TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AccountErrors.InvalidCredentials, (await logging.LoginAsync("ada", "right", null, new CallOrigin(null, null), default)).Error);
        }
        Assert.Equal(["the hash", null, null], world.Compared);
        Assert.Single(world.Mails);
    }

    [Theory]
    [InlineData("ada", true, "the hash")]
    [InlineData("ada", false, null)]
    [InlineData("nobody", true, null)]
    public async Task Every_refusal_costs_one_comparison_one_count_and_one_audit_row(string login, bool isActive, string? comparedWith)
    {
        var world = new World(Ada with { IsActive = isActive });
        var result = await new LoggingIn(world, world, world, null!, new SignInRules(TimeSpan.FromDays(30), TimeSpan.FromDays(7)), world, world, world, world, TimeProvider.System)
            .LoginAsync(login, "a wrong password", null, new CallOrigin(null, null), default);
        Assert.Equal(AccountErrors.InvalidCredentials, result.Error);
        Assert.Equal([comparedWith], world.Compared);
        Assert.Equal(["auth.login_failed"], world.Audited);
        Assert.Equal([login == "ada" ? Ada.Id.ToString() : login], world.Tries);
        Assert.Equal(1, world.Counted);
    }

    private sealed class World(User user) : IUnitOfWork, IUserStore, IPasswordHashing, ISignInThrottle, IMailQueue, IAccountLinks, IAuditLog
    {
        public List<string?> Compared { get; } = [];

        public List<string> Audited { get; } = [];

        public List<string> Tries { get; } = [];

        public List<MailMessage> Mails { get; } = [];

        public int Counted { get; private set; }

        public string ForgotPassword => "https://example.org/forgot-password";

        public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool> commit, CancellationToken ct) => work(ct);

        public void AfterCommit(Action action) => action();

        public Task<User?> FindByLoginAsync(string login, CancellationToken ct) => Task.FromResult(login == user.Username ? user with { FailedLogins = user.FailedLogins + Counted } : null);

        public Task<int> CountFailedLoginAsync(UserId? id, CancellationToken ct) => Task.FromResult(id is null ? ++Counted * 0 : user.FailedLogins + ++Counted);

        public Task EnqueueAsync(MailMessage message, CancellationToken ct)
        {
            Mails.Add(message);
            return Task.CompletedTask;
        }

        public string VerifyEmail(SecretToken token) => throw new NotSupportedException();

        public string ResetPassword(SecretToken token) => throw new NotSupportedException();

        public Task<PasswordCheck> CheckAsync(string? hash, string password, CancellationToken ct)
        {
            Compared.Add(hash);
            return Task.FromResult(new PasswordCheck(false, null));
        }

        public TimeSpan? Try(string account)
        {
            Tries.Add(account);
            return null;
        }

        public void Succeeded(string account) => throw new NotSupportedException();

        public Task AppendAsync(AuditEntry entry, CancellationToken ct)
        {
            Audited.Add(entry.Action);
            return Task.CompletedTask;
        }

        public bool MayRefresh(Guid family) => throw new NotSupportedException();

        public Task<string> HashAsync(string password, CancellationToken ct) => throw new NotSupportedException();

        public Task<User?> FindAsync(UserId id, CancellationToken ct) => throw new NotSupportedException();

        public Task<Result<Done>> AddAsync(User added, CancellationToken ct) => throw new NotSupportedException();

        public Task<Result<Done>> UpdateProfileAsync(User changed, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public Task SetPasswordAsync(UserId id, string passwordHash, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public Task SetActiveAsync(UserId id, bool isActive, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();
        public Task TouchLoginAsync(UserId id, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();
    }
}
