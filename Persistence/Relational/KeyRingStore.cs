using System.Data.Common;
using Dapper;

namespace CollabHub.Persistence.Relational;

/// <summary>The table <c>data_protection_keys</c>. Synchronous, because its user is.</summary>
public sealed class KeyRingStore(IRelationalDatabase database, TimeProvider clock)
{
    private const string AllSql = "select xml from data_protection_keys order by created_at, key_name";

    private const string AddSql = """
        insert into data_protection_keys (key_name, xml, created_at) values (@name, @xml, @now)
        on conflict (key_name) do nothing
        """;

    /// <summary>All keys, oldest first, as XML text.</summary>
    public IReadOnlyList<string> All()
    {
        using var connection = Open();
        return connection.Query<string>(AllSql).AsList();
    }

    /// <summary>Adds a key; one that is there under this name stays.</summary>
    public void Add(string name, string xml)
    {
        using var turn = database.EnterWriteAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        using var connection = Open();
        connection.Execute(AddSql, new { name, xml, now = clock.GetUtcNow() });
    }

    private DbConnection Open() => database.OpenAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
