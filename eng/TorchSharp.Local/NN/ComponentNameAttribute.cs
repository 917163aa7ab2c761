using System.Reflection;

namespace TorchSharp.Utils;

/// <summary>The name under which a field is registered, where it is not the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }

    internal static string Of(FieldInfo field) =>
        field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;

    /// <summary>The instance fields of a type and of its bases, each name once, the most derived one first.</summary>
    internal static IEnumerable<FieldInfo> Fields(Type type)
    {
        const BindingFlags Flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        var seen = new HashSet<string>();
        for (Type? current = type; current is not null; current = current.BaseType)
        {
            foreach (FieldInfo field in current.GetFields(Flags))
            {
                if (seen.Add(field.Name))
                {
                    yield return field;
                }
            }
        }
    }
}
