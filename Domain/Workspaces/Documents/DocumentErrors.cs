using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Workspaces.Documents;

/// <summary>The refusals around workspace documents.</summary>
public static class DocumentErrors
{
    /// <summary>The document store does not answer.</summary>
    public static readonly CollabError Unavailable = new(
        "document.unavailable", ErrorKind.Unavailable, "The store of workspace documents does not answer right now; try again shortly. Files can be edited all the same.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    /// <summary>The change is committed, but the document store did not take it yet.</summary>
    public static readonly CollabError Pending = new(
        "document.pending", ErrorKind.Unavailable, "The change is kept and takes effect when the store of workspace documents answers again; read the document before you repeat it.")
    {
        RetryAfter = TimeSpan.FromSeconds(2),
    };

    /// <summary>An <c>If-Match</c> names another version.</summary>
    public static readonly CollabError Changed = new("document.changed", ErrorKind.PreconditionFailed, "The document was changed since you read it; read it again.");

    /// <summary>A secret cannot be opened with the server's keys.</summary>
    public static readonly CollabError SecretUnreadable = new(
        "document.secret_unreadable", ErrorKind.Conflict, "A secret of the environment was sealed with keys that this server does not have; set it again.");

    /// <summary>The template named does not exist for the caller.</summary>
    public static readonly CollabError NoTemplate = new("workspace.no_template", ErrorKind.Invalid, "There is no such template, or you cannot see it.")
    {
        Fields = new Dictionary<string, string[]> { ["templateId"] = ["There is no such template, or you cannot see it."] },
    };

    /// <summary>The template holds more text than one transaction should copy.</summary>
    public static readonly CollabError TemplateTooLarge = new("workspace.template_too_large", ErrorKind.TooLarge, "The template's files are too large to be copied at once.");
}
