using System.Data.Common;
using CollabHub.Domain.Errors;

namespace CollabHub.Persistence.Relational;

/// <summary>How the appends of one transaction get into the tables.</summary>
internal interface IGroupAppender
{
    /// <summary>Stores a group in the transaction; the caller commits.</summary>
    /// <param name="connection">The transaction's connection.</param>
    /// <param name="transaction">An open transaction that may write.</param>
    /// <param name="group">What to store; several may be for one file, then in this order.</param>
    /// <param name="mayBeThere">Any of them may have been stored by an earlier try, whatever <see cref="LogAppend.IsRetry"/> says.</param>
    /// <param name="now">The time of the rows.</param>
    /// <returns>For each append the number of its first record, or why its file takes none.</returns>
    Task<Result<long>[]> AppendAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<LogAppend> group, bool mayBeThere, DateTimeOffset now);
}
