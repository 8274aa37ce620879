using System.Globalization;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>Finds the line that the configuration means among the chips that are there now.</summary>
internal static class LineFinder
{
    public static LineAddress Find(LineChoice choice)
    {
        if (choice.Name is null)
        {
            using var chip = OpenNamed(choice.Chip ?? LineChoice.FirstChip);
            return choice.Offset < chip.Lines
                ? new LineAddress(chip.Number, choice.Offset)
                : throw new LineException($"{chip.Name} ({chip.Label}) has lines 0 to {chip.Lines - 1}");
        }
        return FindByName(choice.Name, choice.Chip);
    }

    private static LineAddress FindByName(string name, string? onChip)
    {
        var found = new List<LineAddress>();
        string? trouble = null;
        foreach (var number in onChip is null ? GpioChip.Numbers() : [NumberOf(onChip)])
        {
            try
            {
                using var chip = GpioChip.Open(number);
                for (var offset = 0; offset < chip.Lines; offset++)
                    if (chip.StateOf(offset).Name == name)
                        found.Add(new LineAddress(number, offset));
            }
            catch (LineException e)
            {
                trouble = e.Message;
            }
        }
        return found switch
        {
            [var only] => only,
            [] => throw new LineException(
                trouble ?? (GpioChip.Numbers().Count == 0
                    ? "there is no GPIO chip" : $"no line is named \"{name}\"; `edgeagent gpio list` shows the names")),
            _ => throw new LineException($"{string.Join(" and ", found)} have that name: give the chip, or the line's number"),
        };
    }

    private static GpioChip OpenNamed(string chip) => GpioChip.Open(NumberOf(chip));

    /// <summary>By device name, by path (which may be a link), or by label.</summary>
    private static int NumberOf(string chip)
    {
        if (chip.StartsWith('/')) chip = NameBehind(chip);
        if (chip.StartsWith("gpiochip", StringComparison.Ordinal)
            && int.TryParse(chip.AsSpan("gpiochip".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        return NumberOfLabel(chip);
    }

    private static string NameBehind(string path)
    {
        try
        {
            return Path.GetFileName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LineException($"there is no {path}");
        }
    }

    private static int NumberOfLabel(string label)
    {
        var labels = new List<string>();
        var found = new List<int>();
        string? trouble = null;
        foreach (var number in GpioChip.Numbers())
        {
            try
            {
                using var chip = GpioChip.Open(number);
                if (chip.Label == label) found.Add(number);
                labels.Add($"{chip.Name} ({chip.Label})");
            }
            catch (LineException e)
            {
                trouble = e.Message;
            }
        }
        return found switch
        {
            [var only] => only,
            [] when labels.Count == 0 => throw new LineException(trouble ?? "there is no GPIO chip"),
            [] => throw new LineException($"no chip is named or labelled \"{label}\"; there is {string.Join(", ", labels)}"),
            _ => throw new LineException(
                $"{string.Join(" and ", found.Select(n => $"gpiochip{n}"))} have the label \"{label}\": give the chip's name, or "
                    + $"the line's"),
        };
    }
}
