using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace CollabHub.Domain.Audit;

/// <summary>
/// One spelling for each number: without exponent, without zeros that say nothing. Engines keep the value of a number in JSON, not its
/// spelling (<c>1E+16</c> comes back as <c>10000000000000000</c>), and a hash must not notice.
/// </summary>
internal static class CanonicalNumbers
{
    /// <summary>Most digits that are written out; beyond, the number becomes text in scientific notation, which every engine leaves alone.</summary>
    public const int MaxDigits = 400;

    /// <summary>The node for a JSON number such as <c>-1.50e+3</c>.</summary>
    public static JsonNode Of(string number)
    {
        var (digits, exponent, isNegative) = Read(number);
        if (digits.Length == 0) return JsonValue.Create(0);
        var sign = isNegative ? "-" : "";
        if (digits.Length + BigInteger.Abs(exponent) > MaxDigits) return JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}e{exponent}"));
        return JsonNode.Parse(sign + Plain(digits, (int)exponent))!;
    }

    // The value is digits * 10^exponent; the digits neither begin nor end with a zero.
    private static (string Digits, BigInteger Exponent, bool IsNegative) Read(string number)
    {
        var isNegative = number.StartsWith('-');
        var end = number.IndexOfAny(['e', 'E']);
        var exponent = end < 0 ? BigInteger.Zero : BigInteger.Parse(number.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = number[(isNegative ? 1 : 0)..(end < 0 ? number.Length : end)];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0) exponent -= mantissa.Length - point - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var significant = digits.TrimEnd('0');
        return (significant, exponent + digits.Length - significant.Length, isNegative);
    }

    private static string Plain(string digits, int exponent)
    {
        if (exponent >= 0) return digits + new string('0', exponent);
        var whole = digits.Length + exponent;
        return whole > 0 ? $"{digits[..whole]}.{digits[whole..]}" : $"0.{new string('0', -whole)}{digits}";
    }
}
