using System.Text;
using System.Text.Unicode;
using CollabHub.Domain.Errors;

namespace CollabHub.Domain.Files;

/// <summary>What may be in a file: well-formed UTF-8 without NUL. Line ends, a byte order mark and long lines stay as they are.</summary>
public static class FileContent
{
    /// <summary>The text of such bytes, or <c>file.too_large</c>, <c>file.content_invalid</c>.</summary>
    public static Result<string> Decode(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.Length > maxBytes) return FileErrors.ContentTooLarge;
        return utf8.Contains((byte)0) || !Utf8.IsValid(utf8) ? FileErrors.ContentInvalid : Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Why a text cannot be the content of a file, or null.</summary>
    public static CollabError? Problem(string text, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Encoding.UTF8.GetByteCount(text) > maxBytes) return FileErrors.ContentTooLarge;
        return text.Contains('\0', StringComparison.Ordinal) ? FileErrors.ContentInvalid : null;
    }
}
