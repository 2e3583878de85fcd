namespace CollabHub.Persistence.Relational;

/// <summary>The SQL text of the edit log; both engines understand it.</summary>
internal static class EditLogSql
{
    public const string File = """
        select f.ws_id, f.created_at from files f join workspaces w on w.ws_id = f.ws_id
        where f.file_id = @file and f.deleted_at is null and w.status <> 'deleted'
        """;

    public const string Snapshots = """
        select seq, payload, checksum from file_snapshots
        where file_id = @file and quarantined_at is null order by seq desc
        """;

    public const string Tail = """
        select seq, user_id, payload, checksum from file_updates
        where file_id = @file and seq > @after order by seq limit @limit
        """;

    public const string Clients = "select client_id, user_id from file_clients where file_id = @file";

    public const string Head = "select head_seq from files where file_id = @file and deleted_at is null";

    // The list: as many parameters as there are files.
    public const string Heads = "select file_id, head_seq from files where deleted_at is null and file_id in ";

    public const string Advance = """
        update files set head_seq = head_seq + @count, updated_at = @now, updated_by = coalesce(@user, updated_by)
        where file_id = @file and deleted_at is null
        returning head_seq
        """;

    public const string FindBatch = "select seq from file_updates where file_id = @file and batch_id = @batch";

    public const string Append = """
        insert into file_updates (file_id, seq, batch_id, user_id, payload, checksum, created_at)
        values (@file, @seq, @batch, @user, @payload, @checksum, @now)
        """;

    public const string OwnClient = """
        insert into file_clients (file_id, client_id, user_id) values (@file, @client, @user)
        on conflict (file_id, client_id) do nothing
        """;

    public const string Quarantine = "update file_snapshots set quarantined_at = @now where file_id = @file and seq = @seq";

    public const string Snapshot = """
        insert into file_snapshots (file_id, seq, payload, checksum, created_at)
        values (@file, @seq, @payload, @checksum, @now)
        on conflict (file_id, seq) do nothing
        """;

    // Two good snapshots stay, and the records after the older one.
    public const string PreviousSnapshot = """
        select seq from file_snapshots
        where file_id = @file and seq < @seq and quarantined_at is null order by seq desc limit 1
        """;

    public const string DropCovered = "delete from file_updates where file_id = @file and seq <= @seq";

    public const string DropSnapshots = "delete from file_snapshots where file_id = @file and seq < @seq and quarantined_at is null";

    // The time stays while there is one, so that the index is touched once for each version and not with every edit.
    public const string NoteText = """
        update files set size = @size, hash = @hash, unversioned_since = coalesce(unversioned_since, @now)
        where file_id = @file and deleted_at is null
        """;

    public const string Covered = """
        select seq, user_id, payload, checksum, created_at from file_updates
        where file_id = @file and seq <= @seq order by seq
        """;

    public const string Authorship = """
        select client_id, clock, clock_end, user_id, seq, written_at from file_authorship where file_id = @file
        """;

    public const string AddAuthorship = """
        insert into file_authorship (file_id, client_id, clock, clock_end, user_id, seq, written_at)
        values (@file, @client, @from, @to, @user, @seq, @at)
        """;
}
