using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Files;

/// <summary>Refusals around files.</summary>
public static class FileErrors
{
    /// <summary>Another file has this path, perhaps in other case.</summary>
    public static readonly CollabError PathTaken = new("file.path_taken", ErrorKind.Conflict, "Another file of this workspace has that path.");

    /// <summary>The workspace holds as many files as it may.</summary>
    public static readonly CollabError TooMany = new("file.too_many", ErrorKind.Conflict, "The workspace holds as many files as it may.");

    /// <summary>The text is over the bound of a file.</summary>
    public static readonly CollabError ContentTooLarge = new("file.too_large", ErrorKind.TooLarge, "The text is larger than a file may be.");

    /// <summary>The text is not well-formed UTF-8.</summary>
    public static readonly CollabError ContentInvalid = new("file.content_invalid", ErrorKind.Invalid, "The content must be well-formed UTF-8 text.");
}
