namespace CollabHub.Persistence.Relational;

/// <summary>How people are called, said once for all queries.</summary>
internal static class PersonSql
{
    /// <summary>The display name of the row <c>u</c> of <c>users</c>: first and last name, or the username without them.</summary>
    public const string DisplayName =
        "coalesce(nullif(trim(coalesce(u.first_name, '') || ' ' || coalesce(u.last_name, '')), ''), u.username)";
}
