using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Files;

/// <summary>Refusals around files.</summary>
public static class FileErrors
{
    /// <summary>Another file has this path, perhaps in other case; or one of the two would be a folder for the other.</summary>
    public static readonly CollabError PathTaken = new("file.path_taken", ErrorKind.Conflict, "Another file of this workspace has that path, or is in its way.");

    /// <summary>The workspace holds as many files as it may.</summary>
    public static readonly CollabError TooMany = new("file.too_many", ErrorKind.Conflict, "The workspace holds as many files as it may.");

    /// <summary>The files of the workspace are as large together as they may be.</summary>
    public static readonly CollabError WorkspaceTooLarge = new(
        "workspace.too_large", ErrorKind.Conflict, "The files of the workspace are as large together as they may be.");

    /// <summary>The text is over the bound of a file.</summary>
    public static readonly CollabError ContentTooLarge = new("file.too_large", ErrorKind.TooLarge, "The text is larger than a file may be.");

    /// <summary>The text is not well-formed UTF-8, or holds NUL: binary files are not edited here.</summary>
    public static readonly CollabError ContentInvalid = new("file.content_invalid", ErrorKind.Invalid, "The content must be well-formed UTF-8 text without NUL.");
}
