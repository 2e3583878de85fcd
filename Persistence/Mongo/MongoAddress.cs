using MongoDB.Driver;

namespace CollabHub.Persistence.Mongo;

/// <summary>What a MongoDB URL says, and what it leaves to us.</summary>
public static class MongoAddress
{
    private const string DefaultDatabase = "collabhub";
    private static readonly TimeSpan SelectionTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MajorityTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Why a URL cannot be used, as the end of a sentence about it; null when it can. Holds nothing of its text.</summary>
    public static string? ProblemOf(string connectionString)
    {
        try
        {
            MongoUrl.Create(connectionString);
            return null;
        }
        catch (Exception exception) when (exception is MongoConfigurationException or FormatException or ArgumentException)
        {
            return "is not a MongoDB URL such as mongodb://user:password@db:27017/collabhub";
        }
    }

    internal static string DatabaseOf(string connectionString) => MongoUrl.Create(connectionString).DatabaseName ?? DefaultDatabase;

    internal static MongoClientSettings SettingsOf(string connectionString)
    {
        var settings = MongoClientSettings.FromConnectionString(connectionString);
        // A caller waits for these; the driver's own 30 s are for batch work.
        if (!connectionString.Contains("serverSelectionTimeoutMS", StringComparison.OrdinalIgnoreCase)) settings.ServerSelectionTimeout = SelectionTimeout;
        if (!connectionString.Contains("connectTimeoutMS", StringComparison.OrdinalIgnoreCase)) settings.ConnectTimeout = ConnectTimeout;
        if (!connectionString.Contains("socketTimeoutMS", StringComparison.OrdinalIgnoreCase)) settings.SocketTimeout = AnswerTimeout;
        settings.ApplicationName ??= "CollabHub";
        // Said here and not left to the URL: a version that was answered must not be rolled back with a lost primary.
        settings.WriteConcern = new WriteConcern(WriteConcern.WMajority.W, wTimeout: MajorityTimeout, journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        return settings;
    }
}
