namespace CollabHub.Domain.Storage;

/// <summary>One relational transaction around what a use case writes through several stores (its audit row included).</summary>
public interface IUnitOfWork
{
    /// <summary>
    /// Runs <paramref name="work"/> in a transaction that every store of the same scope joins; commits when it returns,
    /// rolls back when it throws or when <paramref name="commit"/> says no to its value.
    /// </summary>
    /// <remarks>Not nestable. After the commit, and only then, the actions given to <see cref="AfterCommit"/> run in order.</remarks>
    Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Func<T, bool> commit, CancellationToken ct);

    /// <summary>Queues an action (an event to publish, a cache to drop) for right after the commit.</summary>
    void AfterCommit(Action action);
}

/// <summary>Shorthands for the usual forms of work.</summary>
public static class UnitOfWorkExtensions
{
    /// <summary>Commits when the result has a value, rolls back when it is an error.</summary>
    public static Task<Errors.Result<T>> RunAsync<T>(
        this IUnitOfWork unitOfWork, Func<CancellationToken, Task<Errors.Result<T>>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(unitOfWork);
        return unitOfWork.RunAsync(work, static result => result.Error is null, ct);
    }
}
