using CollabHub.Domain.Archives;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.History;
using CollabHub.Domain.Search;
using CollabHub.Hubs.Endpoints;
using CollabHub.Hubs.Options;
using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.History;

/// <summary>Versions, blame, search, export and import.</summary>
public static class HistoryRegistration
{
    // Folders are entries as well, and cost nothing.
    private const int EntriesPerFile = 5;

    /// <summary>Registers use cases and stores.</summary>
    public static void AddHistory(this WebApplicationBuilder builder, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        var limits = settings.Limits;
        builder.Services
            .AddSingleton(new VersionRules(
                TimeSpan.FromSeconds(limits.VersionIdleSeconds), TimeSpan.FromSeconds(limits.VersionLongestSeconds),
                limits.AutomaticVersionsPerFile, limits.NamedVersionsPerFile))
            .AddSingleton(new ArchiveLimits(limits.FilesPerWorkspace * EntriesPerFile, limits.FileTextBytes, limits.WorkspaceBytes))
            .AddSingleton(new SearchLimits(TimeSpan.FromMilliseconds(limits.SearchMilliseconds)))
            .AddSingleton(new TextCache(limits.TextCacheBytes))
            .AddSingleton(services => new FileTexts(
                services.GetRequiredService<RoomDirectory>(), services.GetRequiredService<IEditLog>(), services.GetRequiredService<TextCache>(),
                // What is in the log was accepted once and must load.
                DocumentOptions.Default with { MaxUpdateBytes = int.MaxValue }))
            .AddSingleton<IAuthorshipStore, AuthorshipStore>()
            .AddScoped<IVersionStore, VersionStore>()
            .AddScoped<ISearchedFiles, SearchedFiles>()
            .AddScoped<FileFinder>()
            .AddScoped<KeepingVersions>()
            .AddScoped<UsingVersions>()
            .AddScoped<Blaming>()
            .AddScoped<WorkspaceSearch>()
            .AddScoped<ExportingFiles>()
            .AddScoped<ImportingFiles>()
            .AddScoped<PeopleNames>()
            .AddHostedService<AutomaticVersions>();
    }

    /// <summary>Maps the routes.</summary>
    public static void MapHistory(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapVersions();
        app.MapBlame();
        app.MapSearch();
        app.MapArchives(app.Services.GetRequiredService<Settings>().Limits);
    }
}
