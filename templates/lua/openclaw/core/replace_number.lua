-- Changes a number in a shared dictionary, unless another worker has changed it meanwhile.

-- Whether it became `wanted`. Of several who try at a time the first gets what it wants, and the others take back what
-- they have added.
return function(dictionary, key, found, wanted)
  local changed = dictionary:incr(key, wanted - found)
  if changed and changed ~= wanted then
    dictionary:incr(key, found - wanted)
  end
  return changed == wanted
end
