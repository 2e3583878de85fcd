namespace CollabHub.Hubs.Options;

/// <summary>Where the embedded stores live.</summary>
public sealed class DataOptions
{
    /// <summary>Database, generated keys and mail; created when absent.</summary>
    public string Directory { get; set; } = "./data";
}

/// <summary>The servers that take the place of the embedded stores.</summary>
public sealed class ConnectionStringsOptions
{
    /// <summary>As Npgsql reads it; absent: SQLite in the data directory.</summary>
    public string? Postgres { get; set; }

    /// <summary>As StackExchange.Redis reads it; present: this is one node of several. Absent: the only one.</summary>
    public string? Redis { get; set; }

    /// <summary>A MongoDB URL; absent: workspace documents are rows of the database.</summary>
    public string? Mongo { get; set; }
}

/// <summary>Signing in.</summary>
public sealed class AuthOptions
{
    /// <summary>Base64 of at least 32 bytes; absent: generated once into the data directory.</summary>
    public string? SigningKey { get; set; }

    /// <summary>Keys of before, base64 each: what they signed is still accepted, nothing new is signed with them.</summary>
    public string[] PreviousSigningKeys { get; set; } = [];

    /// <summary>Ways to sign in elsewhere, by name.</summary>
    public Dictionary<string, ProviderOptions> Providers { get; set; } = [];

    /// <summary>Whether anyone may become a guest.</summary>
    public bool AllowGuests { get; set; } = true;

    /// <summary>Life of an access token.</summary>
    [Bound(1, 60)]
    public int AccessTokenMinutes { get; set; } = 10;

    /// <summary>Life of a sign-in, however often it is refreshed.</summary>
    [Bound(1, 365)]
    public int RefreshTokenDays { get; set; } = 30;

    /// <summary>A sign-in that nobody refreshes for this long ends.</summary>
    [Bound(1, 365)]
    public int RefreshTokenIdleDays { get; set; } = 7;

    /// <summary>Whether inviting and deploying need a verified address; absent: true exactly when SMTP is configured.</summary>
    public bool? RequireVerifiedEmail { get; set; }

    /// <summary>Rounds of PBKDF2-HMAC-SHA512; raising it upgrades each hash at its owner's next sign-in.</summary>
    [Bound(10_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;
}

/// <summary>E-mail.</summary>
public sealed class EmailOptions
{
    /// <summary>The mail server; without a host, mail is written as files.</summary>
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>Where mail is written as <c>.eml</c> files; absent: <c>mail</c> in the data directory.</summary>
    public string? PickupDirectory { get; set; }

    /// <summary>The address of this server in links; never taken from a request.</summary>
    public string BaseUrl { get; set; } = "http://localhost:5080";

    /// <summary>The sender.</summary>
    public string From { get; set; } = "CollabHub <collabhub@localhost>";
}

/// <summary>The mail server.</summary>
public sealed class SmtpOptions
{
    /// <summary>Host name; absent: no SMTP.</summary>
    public string? Host { get; set; }

    /// <summary>587 for STARTTLS, 465 for TLS, 25 for neither.</summary>
    [Bound(1, 65_535)]
    public int Port { get; set; } = 587;

    /// <summary><c>auto</c>, <c>none</c>, <c>startTls</c> or <c>tls</c>.</summary>
    public string Security { get; set; } = "auto";

    /// <summary>User name; absent: no authentication.</summary>
    public string? UserName { get; set; }

    /// <summary>Password.</summary>
    public string? Password { get; set; }
}

/// <summary>Operators.</summary>
public sealed class OpsOptions
{
    /// <summary>E-mail addresses whose accounts hold the role <c>ops</c>.</summary>
    public string[] Admins { get; set; } = [];

    /// <summary>Where the ends of the audit chains are copied to every hour; absent: nowhere.</summary>
    public string? AuditHeadsFile { get; set; }
}

/// <summary>This node.</summary>
public sealed class NodeOptions
{
    /// <summary>Its name in presence and metrics; absent: host name and port.</summary>
    public string? Name { get; set; }
}
