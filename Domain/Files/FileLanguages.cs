namespace CollabHub.Domain.Files;

/// <summary>The language that a file's name suggests; an explicit one always wins.</summary>
public static class FileLanguages
{
    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".js"] = "javascript", [".mjs"] = "javascript", [".cjs"] = "javascript", [".jsx"] = "javascript",
        [".ts"] = "typescript", [".tsx"] = "typescript", [".py"] = "python", [".cs"] = "csharp", [".java"] = "java",
        [".go"] = "go", [".rs"] = "rust", [".c"] = "c", [".h"] = "c", [".cpp"] = "cpp", [".hpp"] = "cpp", [".rb"] = "ruby",
        [".php"] = "php", [".html"] = "html", [".htm"] = "html", [".css"] = "css", [".json"] = "json", [".md"] = "markdown",
        [".yml"] = "yaml", [".yaml"] = "yaml", [".xml"] = "xml", [".sql"] = "sql", [".sh"] = "shell", [".txt"] = "plaintext",
        [".tex"] = "latex", [".toml"] = "toml",
    };

    /// <summary>Such as <c>javascript</c> for <c>src/main.js</c>; null when the name says nothing.</summary>
    public static string? Of(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path));
}
