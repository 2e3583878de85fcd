using System.Net.Sockets;
using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Workspaces.Documents;
using MongoDB.Bson;
using MongoDB.Driver;

namespace CollabHub.Persistence.Mongo;

/// <summary>The collection <c>mongo_workspaces</c>: one document for each workspace, changed by conditional updates of one document.</summary>
/// <remarks>docs/storage.md, Workspace documents. Needs neither transactions nor change streams; every write waits for a majority.</remarks>
public sealed class MongoWorkspaceDocuments : IWorkspaceDocuments, IDisposable
{
    private const string Collection = "mongo_workspaces";
    private const int MaxTries = 3;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Update = Builders<BsonDocument>.Update;

    private readonly MongoClient _client;
    private readonly IMongoCollection<BsonDocument> _documents;
    private readonly IDocumentObserver _observer;
    private volatile bool _isIndexed;

    /// <param name="connectionString">A MongoDB URL; <see cref="MongoAddress.ProblemOf"/> says what is wrong with one.</param>
    /// <param name="observer">Hears of failures.</param>
    public MongoWorkspaceDocuments(string connectionString, IDocumentObserver observer)
    {
        _client = new MongoClient(MongoAddress.SettingsOf(connectionString));
        _documents = _client.GetDatabase(MongoAddress.DatabaseOf(connectionString)).GetCollection<BsonDocument>(Collection);
        _observer = observer;
    }

    /// <inheritdoc/>
    public string Name => "MongoDB";

    /// <inheritdoc/>
    public Task<Result<WorkspaceDocument?>> FindAsync(WorkspaceId workspace, CancellationToken ct) => GuardAsync(async () =>
    {
        var found = await _documents.Find(IsLive(workspace)).SingleOrDefaultAsync(ct);
        return Result<WorkspaceDocument?>.Of(found is null ? null : DocumentBson.ToDocument(found));
    });

    /// <inheritdoc/>
    public Task<Result<Done>> FollowAsync(DocumentFacts facts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return GuardAsync(async () =>
        {
            await IndexAsync(ct);
            var behind = Is(facts.Workspace) & Where.Lt("revision", facts.Revision);
            for (var tried = 1; ; tried++)
            {
                try
                {
                    await _documents.UpdateOneAsync(behind, Following(facts), new UpdateOptions { IsUpsert = true }, ct);
                    return default(Done);
                }
                catch (MongoWriteException exception) when (exception.WriteError?.Category == ServerErrorCategory.DuplicateKey)
                {
                    // It is there: either as far as this or further, or someone created it just now and it is still behind.
                    var ahead = Is(facts.Workspace) & Where.Gte("revision", facts.Revision);
                    if (await _documents.CountDocumentsAsync(ahead, cancellationToken: ct) > 0) return default(Done);
                    if (tried == MaxTries) throw;
                }
            }
        });
    }

    /// <inheritdoc/>
    public Task<Result<Done>> ReplaceAsync(WorkspaceId workspace, long version, DocumentSections sections, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sections);
        return GuardAsync(async () =>
        {
            var update = Update.Set("version", version).Set("tags", new BsonArray(sections.Tags));
            foreach (var name in DocumentSections.ObjectNames) update = update.Set(name, DocumentBson.From(sections[name]));
            await _documents.UpdateOneAsync(IsLive(workspace) & Where.Lt("version", version), update, cancellationToken: ct);
            return default(Done);
        });
    }

    /// <inheritdoc/>
    public Task<Result<Done>> CountAsync(WorkspaceId workspace, IReadOnlyDictionary<string, long> counts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return GuardAsync(async () =>
        {
            if (counts.Count == 0) return default(Done);
            var update = Update.Combine(counts.Select(count => Update.Inc($"analytics.{count.Key}", count.Value)));
            await _documents.UpdateOneAsync(IsLive(workspace), update, cancellationToken: ct);
            return default(Done);
        });
    }

    /// <inheritdoc/>
    public Task<Result<Done>> PingAsync(CancellationToken ct) => GuardAsync(async () =>
    {
        await _documents.Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: ct);
        return default(Done);
    });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static FilterDefinition<BsonDocument> Is(WorkspaceId workspace) => Where.Eq("ws_id", DocumentBson.From(workspace.Value));

    private static FilterDefinition<BsonDocument> IsLive(WorkspaceId workspace) => Is(workspace) & Where.Eq("deleted", false);

    private static UpdateDefinition<BsonDocument> Following(DocumentFacts facts)
    {
        var update = Update
            .Set("owner_id", DocumentBson.From(facts.Owner.Value)).Set("name", facts.Name).Set("files", DocumentBson.From(facts.Files))
            .Set("revision", facts.Revision).Set("deleted", facts.IsDeleted).SetOnInsert("version", 0L);
        foreach (var section in DocumentSections.ObjectNames.Append("analytics")) update = Emptied(update, section, new BsonDocument(), facts.IsDeleted);
        return Emptied(update, "tags", new BsonArray(), facts.IsDeleted);
    }

    private static UpdateDefinition<BsonDocument> Emptied(UpdateDefinition<BsonDocument> update, string field, BsonValue empty, bool always) =>
        always ? update.Set(field, empty) : update.SetOnInsert(field, empty);

    // An upsert is only safe under the unique index, so none goes before it.
    private async Task IndexAsync(CancellationToken ct)
    {
        if (_isIndexed) return;
        var unique = new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("ws_id"), new CreateIndexOptions { Unique = true, Name = "ws_id_unique" });
        await _documents.Indexes.CreateOneAsync(unique, cancellationToken: ct);
        _isIndexed = true;
    }

    private Task<Result<Done>> GuardAsync(Func<Task<Done>> work) => GuardAsync<Done>(async () => await work());

    private async Task<Result<T>> GuardAsync<T>(Func<Task<Result<T>>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            _observer.Unavailable(exception);
            return DocumentErrors.Unavailable;
        }
    }

    // A refused document or command is a defect of ours; everything else of the driver is the server's state or the way to it.
    private static bool IsUnavailable(Exception exception) => exception switch
    {
        MongoWriteException { WriteError: { Category: ServerErrorCategory.Uncategorized } } => false,
        MongoException => true,
        TimeoutException or IOException or SocketException => true,
        _ => false,
    };
}
