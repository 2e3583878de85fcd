using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Accounts;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Storage;

namespace CollabHub.Tests.Unit.Accounts;

/// <summary>The time of a refused sign-in is that of one hash, one lookup and one row, whatever was wrong; so it tells nothing.</summary>
public class LoggingInTests
{
    private static readonly User Ada = new()
    {
        Id = new UserId(Guid.CreateVersion7()), Email = "ada@example.org", PasswordHash = "the hash", Username = "ada", CreatedAt = DateTimeOffset.UnixEpoch,
    };

    [Theory]
    [InlineData("ada", true, "the hash")]
    [InlineData("ada", false, null)]
    [InlineData("nobody", true, null)]
    public async Task Every_refusal_costs_one_comparison_and_one_audit_row(string login, bool isActive, string? comparedWith)
    {
        var world = new World(Ada with { IsActive = isActive });
        var result = await new LoggingIn(world, world, world, null!, world, world, TimeProvider.System)
            .LoginAsync(login, "a wrong password", null, new CallOrigin(null, null), default);
        Assert.Equal(AccountErrors.InvalidCredentials, result.Error);
        Assert.Equal([comparedWith], world.Compared);
        Assert.Equal(["auth.login_failed"], world.Audited);
        Assert.Equal([login], world.Failures);
    }

    private sealed class World(User user) : IUnitOfWork, IUserStore, IPasswordHashing, ISignInThrottle, IAuditLog
    {
        public List<string?> Compared { get; } = [];

        public List<string> Audited { get; } = [];

        public List<string> Failures { get; } = [];

        public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool> commit, CancellationToken ct) => work(ct);

        public void AfterCommit(Action action) => action();

        public Task<User?> FindByLoginAsync(string login, CancellationToken ct) => Task.FromResult(login == user.Username ? user : null);

        public Task<PasswordCheck> CheckAsync(string? hash, string password, CancellationToken ct)
        {
            Compared.Add(hash);
            return Task.FromResult(new PasswordCheck(false, null));
        }

        public bool MayTry(string login) => true;

        public void Failed(string login) => Failures.Add(login);

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
