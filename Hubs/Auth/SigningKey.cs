using System.Security.Cryptography;
using CollabHub.Hubs.Options;
using CollabHub.Hubs.Storage;
using Microsoft.IdentityModel.Tokens;

namespace CollabHub.Hubs.Auth;

/// <summary>
/// The key of the access tokens: configured, or generated once into the data directory. Keys of before may be listed beside it, so that a key is
/// exchanged while tokens of the old one are still about.
/// </summary>
public sealed class SigningKey
{
    private const int GeneratedBytes = 64;
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private SigningKey(byte[] current, IEnumerable<byte[]> previous)
    {
        Credentials = new SigningCredentials(KeyOf(current), SecurityAlgorithms.HmacSha256);
        Accepted = [Credentials.Key, .. previous.Select(KeyOf)];
    }

    /// <summary>Signs and checks with HS256, the only algorithm that is accepted.</summary>
    public SigningCredentials Credentials { get; }

    /// <summary>The keys whose signatures count: the present one, then those of before.</summary>
    public IReadOnlyList<SecurityKey> Accepted { get; }

    /// <summary>Reads or creates the key.</summary>
    public static SigningKey Load(AuthOptions options, DataDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(directory);
        var current = options.SigningKey is { } key ? Convert.FromBase64String(key) : ReadOrCreate(directory["signing.key"]);
        return new SigningKey(current, options.PreviousSigningKeys.Select(Convert.FromBase64String));
    }

    private static SymmetricSecurityKey KeyOf(byte[] bytes) => new(bytes) { KeyId = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16] };

    private static byte[] ReadOrCreate(string path)
    {
        if (File.Exists(path)) return Read(path);
        var bytes = RandomNumberGenerator.GetBytes(GeneratedBytes);
        var unfinished = path + ".new";
        var create = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) create.UnixCreateMode = OwnerReadsAndWrites;
        using (var file = new FileStream(unfinished, create))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes)));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
        return bytes;
    }

    private static byte[] Read(string path)
    {
        var text = File.ReadAllText(path).Trim();
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length >= 32
            ? bytes[..length]
            : throw new StartRefusedException([$"Data:Directory: {path} does not hold a key; delete it to generate another (everyone signs in again)."]);
    }
}
